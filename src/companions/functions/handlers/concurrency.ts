/** Reserved concurrency and the account's limits. */
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/lambda.ts';
import { badParameter } from '../function-errors.ts';
import { unreservedOf } from '../invoker.ts';
import { functionReference } from '../names.ts';
import { maxUnzippedBytes, maxZipBytes } from '../zip.ts';
import type { HandlerParts } from './parts.ts';

/** AWS keeps so many executions free for functions without a reservation. */
const leastUnreserved = 100;

/** AWS: 75 GB of code per region. */
const totalCodeBytes = 80_530_636_800;

/** Handlers over concurrency. */
export function concurrencyHandlers(parts: HandlerParts): Handlers<Operations> {
  const { registry, settings } = parts;
  return {
    async PutFunctionConcurrency(input, call) {
      const reference = functionReference(input.FunctionName, undefined, call);
      const reserved = input.ReservedConcurrentExecutions;
      await registry.change(reference, (record) => {
        const others = registry.list(record.account, record.region).filter(({ name }) => name !== record.name);
        if (unreservedOf(settings.accountConcurrency, others) - reserved < leastUnreserved) {
          throw badParameter(
            `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${leastUnreserved}].`,
          );
        }
        return { ...record, reservedConcurrency: reserved };
      });
      return { ReservedConcurrentExecutions: reserved };
    },

    async GetFunctionConcurrency(input, call) {
      const { reservedConcurrency } = await parts.functionNamed(input.FunctionName, call);
      return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
    },

    async DeleteFunctionConcurrency(input, call) {
      const reference = functionReference(input.FunctionName, undefined, call);
      await registry.change(reference, (record) => ({ ...record, reservedConcurrency: undefined }));
    },

    async GetAccountSettings(_input, call) {
      await registry.loading();
      const records = registry.list(call.account, call.region);
      let codeBytes = 0;
      for (const record of records)
        for (const version of [record.latest, ...record.versions]) codeBytes += version.codeBytes;
      return {
        AccountLimit: {
          TotalCodeSize: totalCodeBytes,
          CodeSizeUnzipped: maxUnzippedBytes,
          CodeSizeZipped: maxZipBytes,
          ConcurrentExecutions: settings.accountConcurrency,
          UnreservedConcurrentExecutions: unreservedOf(settings.accountConcurrency, records),
        },
        AccountUsage: { TotalCodeSize: codeBytes, FunctionCount: records.length },
      };
    },
  };
}
