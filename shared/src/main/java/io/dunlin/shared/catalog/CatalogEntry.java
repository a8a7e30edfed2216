package io.dunlin.shared.catalog;

import io.dunlin.shared.model.ModelSpec;
import java.util.List;
import java.util.Map;

/**
 * What is desired of one model.
 *
 * @param spec the user's wish
 * @param versions the versions to serve, from the policy, the aliases and what the source holds,
 *     ascending
 * @param aliases by label
 * @param revision grows by one with every accepted change; the ETag of the admin API
 * @param origin who asked: {@link #FROM_REPOSITORY} or {@link #FROM_ADMIN}
 * @param deleted true once undeployed; kept so that a stale process cannot bring it back
 * @param specRevision the revision that gave it its spec; work that an earlier one asked for is
 *     superseded. 0 in an entry of a process that knew no such field
 * @param loadRevision the revision since which the source, and all that only a load takes in, are
 *     what they are; a replica that began with an earlier one is to be replaced. 0 when none is
 */
public record CatalogEntry(
    ModelSpec spec,
    List<Long> versions,
    Map<String, Alias> aliases,
    long revision,
    String origin,
    boolean deleted,
    long specRevision,
    long loadRevision) {

  /** Found in the model repository folder; vanishes with its folder. */
  public static final String FROM_REPOSITORY = "repository";

  /** Asked for through the admin API; stays until undeployed. */
  public static final String FROM_ADMIN = "admin";

  /** An entry whose replicas all fit its spec. */
  public CatalogEntry(
      ModelSpec spec,
      List<Long> versions,
      Map<String, Alias> aliases,
      long revision,
      String origin,
      boolean deleted) {
    this(spec, versions, aliases, revision, origin, deleted, 0, 0);
  }

  public CatalogEntry withVersions(List<Long> newVersions) {
    return new CatalogEntry(
        spec, newVersions, aliases, revision, origin, deleted, specRevision, loadRevision);
  }
}
