package io.dunlin.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.Serializable;
import java.util.Set;

/**
 * The rules, for the tree of packages under one root: {@code io.dunlin} for the product, the
 * planted tree for the proof that each rule bites. Every rule holds for packages that do not exist
 * (yet).
 */
record ArchitectureRules(String root) {

  private static final Set<String> CLOCK_AND_CHANCE =
      Set.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.Math.random",
          "java.util.UUID.randomUUID",
          "java.util.concurrent.ThreadLocalRandom.current",
          "java.time.Clock.systemUTC",
          "java.time.Clock.systemDefaultZone",
          "java.time.InstantSource.system");

  /** These take a clock as an argument, and ask the machine's when given none. */
  private static final Set<String> CLOCK_WITHOUT_ARGUMENT =
      Set.of(
          "java.time.Instant.now",
          "java.time.LocalDate.now",
          "java.time.LocalDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.OffsetDateTime.now",
          "java.util.Random.<init>");

  /** Modules see what ARCHITECTURE.md lets them see, and packages follow the order of travel. */
  ArchRule packagesSeeOnlyWhatTheirLayerMay() {
    return classes()
        .that()
        .resideInAPackage(root + "..")
        .should(
            new ArchCondition<JavaClass>("see only what Layers lets their package see") {
              @Override
              public void check(JavaClass origin, ConditionEvents events) {
                for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                  checkArrow(origin, dependency, events);
                }
              }
            })
        .allowEmptyShould(true);
  }

  private void checkArrow(JavaClass origin, Dependency dependency, ConditionEvents events) {
    String from = relative(origin);
    String to = relative(dependency.getTargetClass());
    if (from.isEmpty() || to.isEmpty()) {
      return;
    }
    Layers.objection(from, to)
        .ifPresent(
            objection ->
                events.add(
                    SimpleConditionEvent.violated(
                        dependency, objection + ": " + dependency.getDescription())));
  }

  /** One protocol's code does not see another's. */
  ArchRule protocolsDoNotSeeEachOther() {
    return classes()
        .that()
        .resideInAPackage(root + ".gateway..")
        .should(
            new ArchCondition<JavaClass>("not mix two protocols") {
              @Override
              public void check(JavaClass origin, ConditionEvents events) {
                String own = protocol(relative(origin));
                for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                  String other = protocol(relative(dependency.getTargetClass()));
                  if (!own.isEmpty() && !other.isEmpty() && !own.equals(other)) {
                    events.add(
                        SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                  }
                }
              }
            })
        .allowEmptyShould(true);
  }

  /**
   * TensorFlow stays behind the runtime's interface, so that another runtime can take its place.
   */
  ArchRule onlyItsRuntimeImportsTensorFlow() {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .and()
        .resideOutsideOfPackage(root + ".node.runtime.tensorflow..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.tensorflow..", "org.bytedeco..")
        .allowEmptyShould(true);
  }

  /** The TensorFlow runtime is reached through the interface; only the wiring names it. */
  ArchRule onlyTheWiringNamesTheTensorFlowRuntime() {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .and()
        .resideOutsideOfPackages(
            root + ".node.runtime.tensorflow..", root + ".node", root + ".cli.boot..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(root + ".node.runtime.tensorflow..")
        .allowEmptyShould(true);
  }

  /** Decisions are functions of their arguments: testable in tables, replayable from a seed. */
  ArchRule purePackagesKnowNoPekkoAndNoIo() {
    return noClasses()
        .that(arePure())
        .should()
        .dependOnClassesThat(
            new DescribedPredicate<JavaClass>("are Pekko, I/O, network or logging") {
              @Override
              public boolean test(JavaClass target) {
                // Serializable is a mark that every exception carries, not I/O.
                return !target.isEquivalentTo(Serializable.class)
                    && isEffect(target.getPackageName());
              }
            })
        .allowEmptyShould(true);
  }

  /** Time and chance come in as parameters (LongSupplier, InstantSource, RandomGenerator). */
  ArchRule purePackagesReadNoClockAndNoDice() {
    return noClasses()
        .that(arePure())
        .should()
        .accessTargetWhere(
            new DescribedPredicate<JavaAccess<?>>("the machine's clock or dice are read") {
              @Override
              public boolean test(JavaAccess<?> access) {
                return isClockOrDice(access);
              }
            })
        .allowEmptyShould(true);
  }

  /** A wait that sleeps is too long or too short; use a timer, a latch or a fake clock. */
  ArchRule nothingSleeps() {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .should()
        .accessTargetWhere(
            new DescribedPredicate<JavaAccess<?>>("a thread sleeps") {
              @Override
              public boolean test(JavaAccess<?> access) {
                String owner = access.getTargetOwner().getFullName();
                return access.getName().equals("sleep")
                    && (owner.equals("java.lang.Thread")
                        || owner.equals("java.util.concurrent.TimeUnit"));
              }
            })
        .allowEmptyShould(true);
  }

  private DescribedPredicate<JavaClass> arePure() {
    return new DescribedPredicate<>("are in a pure package") {
      @Override
      public boolean test(JavaClass javaClass) {
        String name = relative(javaClass);
        return Layers.PURE.stream().anyMatch(p -> name.equals(p) || name.startsWith(p + "."));
      }
    };
  }

  private static boolean isEffect(String packageName) {
    return isUnder(packageName, "org.apache.pekko")
        || isUnder(packageName, "io.netty")
        || isUnder(packageName, "org.slf4j")
        || isUnder(packageName, "ch.qos.logback")
        || isUnder(packageName, "java.io")
        || isUnder(packageName, "java.nio.file")
        || isUnder(packageName, "java.nio.channels")
        || isUnder(packageName, "java.net")
        || isUnder(packageName, "java.util.logging");
  }

  private static boolean isClockOrDice(JavaAccess<?> access) {
    String target = access.getTargetOwner().getFullName() + "." + access.getName();
    if (CLOCK_AND_CHANCE.contains(target)) {
      return true;
    }
    return CLOCK_WITHOUT_ARGUMENT.contains(target)
        && access.getTarget().getFullName().endsWith("()");
  }

  private static boolean isUnder(String packageName, String parent) {
    return packageName.equals(parent) || packageName.startsWith(parent + ".");
  }

  private static String protocol(String relativePackage) {
    return Layers.APART.stream()
        .filter(p -> relativePackage.equals(p) || relativePackage.startsWith(p + "."))
        .findFirst()
        .orElse("");
  }

  /** The class's package below the root; empty outside of it. */
  private String relative(JavaClass javaClass) {
    String name = javaClass.getBaseComponentType().getPackageName();
    return name.startsWith(root + ".") ? name.substring(root.length() + 1) : "";
  }
}
