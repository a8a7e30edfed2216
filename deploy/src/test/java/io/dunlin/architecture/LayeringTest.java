package io.dunlin.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The product keeps to its layering. What each rule means is in {@link ArchitectureRules}. */
class LayeringTest {

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.dunlin");

  private final ArchitectureRules rules = new ArchitectureRules("io.dunlin");

  @Test
  void allModulesAreLookedAt() {
    assertThat(PRODUCT.stream().map(c -> Layers.module(c.getPackageName().substring(10))))
        .contains("shared", "gateway", "node", "cli")
        .doesNotContain("architecture");
  }

  @Test
  void packagesSeeOnlyWhatTheirLayerMay() {
    rules.packagesSeeOnlyWhatTheirLayerMay().check(PRODUCT);
  }

  @Test
  void protocolsDoNotSeeEachOther() {
    rules.protocolsDoNotSeeEachOther().check(PRODUCT);
  }

  @Test
  void onlyItsRuntimeImportsTensorFlow() {
    rules.onlyItsRuntimeImportsTensorFlow().check(PRODUCT);
    rules.onlyTheWiringNamesTheTensorFlowRuntime().check(PRODUCT);
  }

  @Test
  void purePackagesKnowNoPekkoAndNoIo() {
    rules.purePackagesKnowNoPekkoAndNoIo().check(PRODUCT);
  }

  @Test
  void purePackagesReadNoClockAndNoDice() {
    rules.purePackagesReadNoClockAndNoDice().check(PRODUCT);
  }

  @Test
  void nothingSleeps() {
    rules.nothingSleeps().check(PRODUCT);
  }
}
