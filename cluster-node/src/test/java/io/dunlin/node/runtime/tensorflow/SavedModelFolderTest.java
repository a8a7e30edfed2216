package io.dunlin.node.runtime.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dunlin.node.runtime.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedModelFolderTest {
  @TempDir Path folder;

  @Test
  void measuresGraphAndVariables() throws Exception {
    write("saved_model.pb", 100);
    write("variables/variables.index", 7);
    write("variables/variables.data-00000-of-00002", 1000);
    write("variables/variables.data-00001-of-00002", 2000);
    SavedModelFolder found = SavedModelFolder.inspect(folder);
    assertThat(found.hasVariables()).isTrue();
    assertThat(found.loadedBytes()).isEqualTo(3000 + 3 * 100);
  }

  @Test
  void doesWithoutVariables() throws Exception {
    write("saved_model.pb", 100);
    assertThat(SavedModelFolder.inspect(folder))
        .isEqualTo(new SavedModelFolder(folder, 100, 0, false));
  }

  @Test
  void namesAMissingFolder() {
    assertRefused(folder.resolve("7"), "folder does not exist: " + folder.resolve("7"));
  }

  @Test
  void namesAMissingGraphFile() {
    assertRefused(folder, "no saved_model.pb in folder " + folder);
  }

  @Test
  void namesAMissingShard() throws IOException {
    write("saved_model.pb", 100);
    write("variables/variables.index", 7);
    write("variables/variables.data-00000-of-00003", 1000);
    write("variables/variables.data-00002-of-00003", 1000);
    assertRefused(
        folder,
        "variables: no file "
            + folder.resolve("variables").resolve("variables.data-00001-of-00003"));
  }

  @Test
  void namesTheOnlyShardWhenThereIsNone() throws IOException {
    write("saved_model.pb", 100);
    write("variables/variables.index", 7);
    assertRefused(
        folder,
        "variables: no file "
            + folder.resolve("variables").resolve("variables.data-00000-of-00001"));
  }

  private static void assertRefused(Path path, String message) {
    assertThatThrownBy(() -> SavedModelFolder.inspect(path))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(message);
  }

  private void write(String name, int bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[bytes]);
  }
}
