/**
 * The layering of ARCHITECTURE.md section 4, checked by the build.
 *
 * <p>Starting points: {@link io.dunlin.architecture.Layers} says which package may see which (think
 * before changing it), {@link io.dunlin.architecture.ArchitectureRules} turns it and the bans on
 * clocks, I/O and Pekko in pure packages into rules, {@link io.dunlin.architecture.LayeringTest}
 * applies them to the product, {@link io.dunlin.architecture.RulesBiteTest} to classes planted to
 * break each one. {@link io.dunlin.architecture.SourceRulesTest} reads the source files.
 */
@NullMarked
package io.dunlin.architecture;

import org.jspecify.annotations.NullMarked;
