package io.dunlin.node.runtime;

/**
 * How a model version is loaded.
 *
 * @param intraOpThreads threads inside one op; 0 lets the runtime choose
 * @param inlineOps whether ops of a run are executed by the calling thread
 */
public record LoadOptions(int intraOpThreads, boolean inlineOps) {
  public static final LoadOptions DEFAULT = new LoadOptions(0, true);
}
