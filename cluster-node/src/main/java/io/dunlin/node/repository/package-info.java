/**
 * The model repository on disk: which models and which complete versions it holds.
 *
 * <p>Layout: {@code DIR/<model>/<integer version>/saved_model.pb}, beside the versions an optional
 * {@code model.yaml}. Decides when a version may be offered, so that nobody loads a half-copied
 * one, and which of the versions offered a model's policy serves.
 *
 * <p>Starting points: {@link io.dunlin.node.repository.ModelRepository} (called by a timer; no
 * threads here); {@link io.dunlin.node.repository.VersionStability} is the rule, {@link
 * io.dunlin.node.repository.VersionSelection} the policy, both without I/O or clock; {@link
 * io.dunlin.node.repository.RepositoryScanner} reads the disk. Upstream: the node's repository
 * watch. Downstream: the file system.
 *
 * <p>Invariants: a scan reads a bounded number of files; what cannot be read is reported with a
 * reason and never makes an offered version vanish, only its deletion does.
 */
@NullMarked
package io.dunlin.node.repository;

import org.jspecify.annotations.NullMarked;
