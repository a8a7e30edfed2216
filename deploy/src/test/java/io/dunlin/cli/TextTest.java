package io.dunlin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small pieces that make output readable. */
class TextTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "12582912, 12 MiB",
    "73093, 71 KiB",
    "2469606195, 2.3 GiB",
    "24696061952, 23 GiB"
  })
  void bytesAreRoundedToWhatAPersonReads(long bytes, String text) {
    assertThat(Amounts.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"5, 5 s", "185, 3 min", "18720, 5 h 12 min", "273600, 3 d 4 h"})
  void agesUseTheTwoLargestUnits(long seconds, String text) {
    assertThat(Amounts.age(seconds)).isEqualTo(text);
  }

  @Test
  void columnsAreAlignedAndEmptyOnesLeftOut() {
    Table table =
        new Table("model", "alias", ">memory")
            .row("chest-xray", "", "1 MiB")
            .row("a", "", "300 MiB");
    assertThat(table.lines(new Shell().terminal()))
        .containsExactly("MODEL        MEMORY", "chest-xray    1 MiB", "a           300 MiB");
  }

  @Test
  void jsonIsIndentedWithItsNumbersAsTheyCame() {
    assertThat(
            JsonText.indent(
                "{\"predictions\":[[0.10,1e-7,NaN],[ -Infinity ]],\"a\":{},\"s\":\"{,\\\"\"}"))
        .isEqualTo(
            """
            {
              "predictions": [
                [0.10, 1e-7, NaN],
                [-Infinity]
              ],
              "a": {},
              "s": "{,\\""
            }""");
  }

  @Test
  void whatIsNoJsonIsNotLost() {
    assertThat(JsonText.indent("[\"unfinished")).isEqualTo("[\n  \"unfinished");
    assertThat(JsonText.indent("plain words")).isEqualTo("plainwords");
  }

  @Test
  void replicaRangesAreANumberOrTwo() {
    assertThat(ReplicaRange.parse("replicas", "3")).isEqualTo(new ReplicaRange(3, 3));
    assertThat(ReplicaRange.parse("replicas", "2..6")).isEqualTo(new ReplicaRange(2, 6));
    assertThatThrownBy(() -> ReplicaRange.parse("replicas", "6..2"))
        .hasMessage("replicas: 6..2 (expected: 1 or more, MIN no more than MAX)");
    assertThatThrownBy(() -> ReplicaRange.parse("replicas", "many"))
        .hasMessage("replicas: many (expected: a number, or MIN..MAX)");
  }

  @Test
  void aliasTargetsAreAVersionOrSharesOfAHundred() {
    assertThat(AliasTarget.parse("2")).hasToString("{\"version\":2}");
    assertThat(AliasTarget.parse("1=90,2=10")).hasToString("{\"split\":{\"1\":90,\"2\":10}}");
    assertThatThrownBy(() -> AliasTarget.parse("1=90,2=20")).hasMessageContaining("adds up to 110");
    assertThatThrownBy(() -> AliasTarget.parse("new")).hasMessageContaining("expected: a version");
  }

  @Test
  void versionPoliciesAreThoseOfTheModelSpec() {
    assertThat(DeployCommand.policy("latest")).hasToString("{\"latest\":1}");
    assertThat(DeployCommand.policy("latest:3")).hasToString("{\"latest\":3}");
    assertThat(DeployCommand.policy("all")).hasToString("\"all\"");
    assertThat(DeployCommand.policy("specific:1,4")).hasToString("{\"specific\":[1,4]}");
    assertThatThrownBy(() -> DeployCommand.policy("newest")).hasMessageContaining("latest:N");
    assertThatThrownBy(() -> DeployCommand.policy("latest:x")).hasMessageContaining("latest:N");
  }

  @Test
  void aRestartWaitsLongerEachTimeAndNotForeverForWhatNeverCameUp() {
    RestartBackoff well = new RestartBackoff();
    well.ready();
    Duration brief = Duration.ofSeconds(3);
    assertThat(well.ended(brief)).hasValue(Duration.ofSeconds(1));
    assertThat(well.ended(brief)).hasValue(Duration.ofSeconds(2));
    for (int i = 0; i < 8; i++) {
      assertThat(well.ended(brief)).isPresent();
    }
    assertThat(well.ended(brief)).hasValue(Duration.ofSeconds(30));
    assertThat(well.ended(Duration.ofMinutes(2))).hasValue(Duration.ofSeconds(1));

    RestartBackoff never = new RestartBackoff();
    assertThat(never.ended(brief)).isPresent();
    assertThat(never.ended(brief)).isPresent();
    assertThat(never.ended(brief)).isEmpty();
  }
}
