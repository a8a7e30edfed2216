package io.dunlin.shared.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaIdTest {
  @Test
  void entityIdReadsBackAsTheSameReplica() {
    ReplicaId replica = new ReplicaId(new ModelVersionId("fraud-detection", 12), 3);
    assertThat(replica.entityId()).isEqualTo("fraud-detection/12/3");
    assertThat(ReplicaId.ofEntityId(replica.entityId())).isEqualTo(replica);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "m", "m/1", "/1/2", "m/x/0", "m/1/x", "m/1/-1", "m//0"})
  void refusesTextThatIsNoEntityId(String text) {
    assertThatThrownBy(() -> ReplicaId.ofEntityId(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".hidden", "a/b", "a:b", "a b", "ä"})
  void refusesNamesThatAreUnsafeInPathsAndIds(String name) {
    assertThat(ModelNames.isValid(name)).isFalse();
    assertThatThrownBy(() -> new ModelVersionId(name, 1)).hasMessageContaining("model name");
  }
}
