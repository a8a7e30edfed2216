package io.dunlin.gateway.http.admin.history;

import java.util.Map;

/**
 * One thing that happened in the cluster, as a gateway saw it.
 *
 * @param type such as {@code member.up} or {@code replica.state}
 * @param subject what it happened to: a member, node, model, alias or replica
 * @param details further facts by name, in order; values are text, numbers, booleans or maps of
 *     them
 */
public record ClusterChange(String type, String subject, Map<String, Object> details) {}
