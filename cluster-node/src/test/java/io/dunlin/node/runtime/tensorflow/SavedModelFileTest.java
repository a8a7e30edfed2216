package io.dunlin.node.runtime.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.dunlin.node.runtime.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;

class SavedModelFileTest {
  @TempDir Path folder;

  @Test
  void readsTagsSaverAndSignaturesPastTheGraph() throws Exception {
    SignatureDef signature = SignatureDef.newBuilder().setMethodName("m").build();
    MetaGraphDef graph =
        tagged("serve").toBuilder()
            .setSaverDef(SaverDef.newBuilder().setRestoreOpName("restore"))
            .putSignatureDef("b", signature)
            .putSignatureDef("a", SignatureDef.getDefaultInstance())
            .build();
    SavedModelFile.Graph read = SavedModelFile.read(write(graph)).servingGraph();
    assertThat(read.tags()).containsExactly("serve");
    assertThat(read.restores()).isTrue();
    assertThat(read.signatures()).containsKeys("a", "b").containsEntry("b", signature);
  }

  @Test
  void takesTheGraphWithTheFewestTagsBesideServe() throws Exception {
    SavedModelFile file =
        SavedModelFile.read(
            write(tagged("train"), tagged("serve", "tpu", "x"), tagged("serve", "gpu")));
    assertThat(file.servingGraph().tags()).containsExactly("gpu", "serve");
  }

  @Test
  void namesTheTagsThereAreWhenNoneIsServe() throws Exception {
    SavedModelFile file = SavedModelFile.read(write(tagged("train"), tagged("eval", "gpu")));
    assertThatThrownBy(file::servingGraph)
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("saved_model.pb: no graph is tagged 'serve' (found: [train], [eval, gpu])");
  }

  @Test
  void saysWhenThereIsNoGraph() throws Exception {
    SavedModelFile file = SavedModelFile.read(write());
    assertThatThrownBy(file::servingGraph)
        .isInstanceOf(ModelLoadException.class)
        .hasMessageEndingWith("(found: no graph at all)");
  }

  @Test
  void refusesEveryTruncation() throws Exception {
    byte[] whole = Files.readAllBytes(write(tagged("serve")));
    for (int length = 0; length < whole.length; length++) {
      Path cut = Files.write(folder.resolve("cut.pb"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SavedModelFile.read(cut).servingGraph())
          .as("first %d of %d bytes", length, whole.length)
          .isInstanceOf(ModelLoadException.class);
    }
  }

  @Test
  void survivesAnyBytes() throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
    byte[] whole = Files.readAllBytes(write(tagged("serve", "gpu"), tagged("serve")));
    for (int round = 0; round < 300; round++) {
      byte[] bytes = whole.clone();
      for (int i = 0; i < 4; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      Path damaged = Files.write(folder.resolve("damaged.pb"), bytes);
      try {
        assertThat(SavedModelFile.read(damaged).graphs()).isNotNull();
      } catch (ModelLoadException e) {
        assertThat(e).hasMessageStartingWith("saved_model.pb: ");
      }
    }
  }

  @Test
  void saysWhenTheFileCannotBeRead() {
    assertThatThrownBy(() -> SavedModelFile.read(folder.resolve("none.pb")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageStartingWith("saved_model.pb: cannot be read: ");
  }

  private static MetaGraphDef tagged(String... tags) {
    AttrValue constant = AttrValue.newBuilder().setS(ByteString.copyFrom(new byte[500])).build();
    return MetaGraphDef.newBuilder()
        .setMetaInfoDef(
            MetaGraphDef.MetaInfoDef.newBuilder()
                .setTensorflowVersion("2.18.0")
                .addAllTags(List.of(tags)))
        .setGraphDef(
            GraphDef.newBuilder()
                .addNode(NodeDef.newBuilder().setName("n").putAttr("value", constant)))
        .putSignatureDef(
            "s", SignatureDef.newBuilder().setMethodName("tensorflow/serving/predict").build())
        .build();
  }

  private Path write(MetaGraphDef... graphs) throws IOException {
    SavedModel model =
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addAllMetaGraphs(List.of(graphs))
            .build();
    return Files.write(folder.resolve(SavedModelFile.NAME), model.toByteArray());
  }
}
