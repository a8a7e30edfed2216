package io.dunlin.loadtest.fault.oracle;

import io.dunlin.loadtest.generator.Answer;

/** Says how an answer to one certain request is. Stateless. */
@FunctionalInterface
public interface Judge {
  Judgement judge(Answer answer);
}
