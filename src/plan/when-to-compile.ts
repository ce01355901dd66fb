/** When the integration of a method is compiled: in the check of a deployment at once, for a stage that is served with the method's first request. */
import type { Integration } from './plan.ts';

/** What becomes of an integration that can be compiled; `callsNobody` is known before it is. */
export type WhenToCompile = (compiled: () => Integration, callsNobody: boolean) => Integration;

/** Compiled for its complaints and let go at once: kept, the closures of a large API are what takes longest. */
export const looking: WhenToCompile = (compiled) => {
  compiled();
  return idleIntegration;
};

const idleIntegration: Integration = {
  name: 'looked at',
  run() {
    throw new Error('An integration compiled for its complaints was run.');
  },
};

/**
 * Compiled by the method's first request, once. A deployment has been looked at whole when it was made, so nothing comes to light here that was not
 * refused there, and a stage of 1,500 methods is ready when the first of them is called (bench/compile.ts).
 */
export const onDemand: WhenToCompile = (compiled, callsNobody) => {
  let integration: Integration | undefined;
  // Let go of when it has been run: it holds the definition the method was made from.
  let compile: (() => Integration) | undefined = compiled;

  function ready(): Integration {
    if (integration === undefined) {
      integration = compile!();
      compile = undefined;
    }
    return integration;
  }

  return {
    get name() {
      return ready().name;
    },
    callsNobody,
    run: function runCompiled(x) {
      return (integration ?? ready()).run(x);
    },
  };
};
