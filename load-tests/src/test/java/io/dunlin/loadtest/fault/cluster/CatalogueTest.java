package io.dunlin.loadtest.fault.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final Catalogue before = catalogue(3, 2, 1, "READY");

  CatalogueTest() throws IOException {}

  @Test
  void whatIsMerelySoAtTheMomentIsNoDifference() throws IOException {
    assertThat(catalogue(3, 2, 1, "LOADING").differencesFrom(before)).isEmpty();
  }

  @Test
  void aModelThatIsGoneIsNamed() {
    assertThat(new Catalogue(Map.of()).differencesFrom(before)).containsExactly("half is gone");
    assertThat(before.differencesFrom(new Catalogue(Map.of())))
        .containsExactly("half is there and was not");
  }

  @Test
  void aRevisionBeforeTheConfirmedOneIsADifference() throws IOException {
    assertThat(catalogue(2, 2, 1, "READY").differencesFrom(before))
        .containsExactly("half: revision 2 (expected: 3, confirmed)");
  }

  @Test
  void anotherSpecOrAliasIsADifference() throws IOException {
    assertThat(catalogue(3, 4, 1, "READY").differencesFrom(before))
        .singleElement()
        .asString()
        .startsWith("half: spec is");
    assertThat(catalogue(3, 2, 2, "READY").differencesFrom(before))
        .singleElement()
        .asString()
        .startsWith("half: aliases is");
  }

  private static Catalogue catalogue(long revision, int replicas, int alias, String state)
      throws IOException {
    String model =
        """
        {"name": "half", "revision": %d, "origin": "API", "spec": {"replicas": {"min": %d}},
         "aliases": {"live": {"version": %d}}, "versions": [{"version": 1, "state": "%s"}]}
        """
            .formatted(revision, replicas, alias, state);
    return new Catalogue(Map.of("half", JSON.readTree(model)));
  }
}
