package io.dunlin.shared.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1048576, 1048576",
    "512MiB, 536870912",
    "1.5GiB, 1610612736",
    "6GB, 6000000000",
    "6 gb, 6000000000",
    "1kb, 1000",
    "1KiB, 1024",
    "0.1GiB, 107374182",
    "7B, 7",
    "2TiB, 2199023255552",
    "2TB, 2000000000000",
    "3MB, 3000000",
    "9223372036854775807, 9223372036854775807"
  })
  void readsBytesAndUnits(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "1G", "GiB", "1,5GiB", "1e9", "1.5.5MB", "9223372036854775808", "NaN"})
  void refusesEverythingElseByName(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("size: '" + text + "' (expected: " + ByteSize.EXPECTED + ")");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1 KiB",
    "1025, 1 KiB",
    "1048575, 1 MiB",
    "1099511627775, 1 TiB",
    "6549825126, 6.1 GiB",
    "-1536, -1.5 KiB",
    "1125899906842624, 1 PiB"
  })
  void writesOneDecimalAndTheLargestUnit(long bytes, String text) {
    assertThat(ByteSize.format(bytes)).isEqualTo(text);
  }
}
