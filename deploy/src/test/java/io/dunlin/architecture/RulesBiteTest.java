package io.dunlin.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each rule finds exactly the classes planted to break it, and lets their neighbours be. */
class RulesBiteTest {

  private static final String PLANTED = "io.dunlin.architecture.planted";
  private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(PLANTED);

  private final ArchitectureRules rules = new ArchitectureRules(PLANTED);

  @Test
  void forbiddenArrowsAreFound() {
    assertThat(offenders(rules.packagesSeeOnlyWhatTheirLayerMay()))
        .containsExactly(
            "cli.CommandSeesNode",
            "gateway.admission.LooksBackUp",
            "gateway.http.SeesNode",
            "gateway.surprise.Unplaced",
            "node.batching.SeesControl",
            "shared.model.SeesGateway");
  }

  @Test
  void aMixOfProtocolsIsFound() {
    assertThat(offenders(rules.protocolsDoNotSeeEachOther()))
        .containsExactly("gateway.http.tfserving.MixesProtocols");
  }

  @Test
  void tensorFlowOutsideOfItsRuntimeIsFound() {
    assertThat(offenders(rules.onlyItsRuntimeImportsTensorFlow()))
        .containsExactly("node.execution.ImportsTensorFlow");
    assertThat(offenders(rules.onlyTheWiringNamesTheTensorFlowRuntime()))
        .containsExactly("node.replica.NamesTheTensorFlowRuntime");
  }

  @Test
  void effectsInPurePackagesAreFound() {
    assertThat(offenders(rules.purePackagesKnowNoPekkoAndNoIo()))
        .containsExactly(
            "gateway.routing.selection.Logs",
            "node.placement.KnowsPekko",
            "node.placement.filter.ReadsFiles");
  }

  @Test
  void clocksAndDiceInPurePackagesAreFound() {
    assertThat(offenders(rules.purePackagesReadNoClockAndNoDice()))
        .containsExactly(
            "gateway.admission.limit.RollsDice",
            "node.batching.ReadsClockByReference",
            "shared.tensor.ReadsClock");
    assertThat(violations(rules.purePackagesReadNoClockAndNoDice()))
        .anyMatch(v -> v.contains("Instant.now()"))
        .noneMatch(v -> v.contains("Instant.now(java.time.Clock)"));
  }

  @Test
  void sleepingIsFound() {
    assertThat(offenders(rules.nothingSleeps())).containsExactly("node.replica.Sleeps");
  }

  @Test
  void rulesHoldWhereThereIsNothingYet() {
    ArchitectureRules elsewhere = new ArchitectureRules("io.dunlin.nothing.here");
    assertThat(
            List.of(
                elsewhere.packagesSeeOnlyWhatTheirLayerMay(),
                elsewhere.protocolsDoNotSeeEachOther(),
                elsewhere.onlyItsRuntimeImportsTensorFlow(),
                elsewhere.onlyTheWiringNamesTheTensorFlowRuntime(),
                elsewhere.purePackagesKnowNoPekkoAndNoIo(),
                elsewhere.purePackagesReadNoClockAndNoDice(),
                elsewhere.nothingSleeps()))
        .allSatisfy(rule -> rule.check(CLASSES));
  }

  private static List<String> violations(ArchRule rule) {
    return rule.evaluate(CLASSES).getFailureReport().getDetails();
  }

  /** The planted classes a rule's violations start from, below the planted root, sorted. */
  private static List<String> offenders(ArchRule rule) {
    List<String> details = violations(rule);
    return CLASSES.stream()
        .map(c -> c.getFullName())
        .filter(
            name ->
                details.stream().anyMatch(d -> d.contains("<" + name + ".") && startsFrom(d, name)))
        .map(name -> name.substring(PLANTED.length() + 1))
        .sorted()
        .toList();
  }

  private static boolean startsFrom(String detail, String name) {
    int first = detail.indexOf('<' + PLANTED);
    return detail.startsWith("<" + name + ".", first);
  }
}
