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
 */
public record CatalogEntry(
    ModelSpec spec,
    List<Long> versions,
    Map<String, Alias> aliases,
    long revision,
    String origin,
    boolean deleted) {

  /** Found in the model repository folder; vanishes with its folder. */
  public static final String FROM_REPOSITORY = "repository";

  /** Asked for through the admin API; stays until undeployed. */
  public static final String FROM_ADMIN = "admin";

  public CatalogEntry withVersions(List<Long> newVersions) {
    return new CatalogEntry(spec, newVersions, aliases, revision, origin, deleted);
  }
}
