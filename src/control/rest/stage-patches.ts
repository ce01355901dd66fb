/** What UpdateStage can change (rows PATCH-16 to PATCH-18). */
import type { CanarySettings, Stage } from '../../definition/rest-api.ts';
import { noSuchVariable, requireOneOf } from './chosen-refusals.ts';
import { badRequest } from './errors.ts';
import { invalidSettingPath, methodSettingPatches } from './method-setting-patches.ts';
import {
  booleanOf,
  type Change,
  numberOf,
  type PatchRow,
  type PatchTable,
  withEntry,
  withMember,
  without,
  withoutEntry,
} from './patch.ts';

const cacheClusterSizes = ['0.5', '1.6', '6.1', '13.5', '28.4', '58.2', '118', '237'];

/** A text member that the empty text takes away. */
const text = (member: 'description' | 'clientCertificateId' | 'documentationVersion'): PatchRow<Stage> => ({
  path: `/${member}`,
  replace: (stage, { value }) => (value === '' ? without(stage, member) : withMember(stage, member, value)),
});

/** The canary changed; one that is not there yet begins on the stage's own deployment, without traffic (recorded). */
const withCanary = (stage: Stage, change: Partial<CanarySettings>): Stage =>
  withMember(stage, 'canarySettings', {
    percentTraffic: 0,
    deploymentId: stage.deploymentId,
    useStageCache: false,
    ...stage.canarySettings,
    ...change,
  });

/** Copying is only for promoting a canary; anything else is told what may be copied where. */
const promote =
  (from: string, change: (stage: Stage, canary: CanarySettings) => Stage): Change<Stage> =>
  (stage, step) => {
    if (step.from !== from) {
      throw badRequest(
        `Invalid copy operation with path: ${step.path} and from ${step.from ?? 'null'}. Valid copy:path are [/deploymentId, /variables] and ` +
          'valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]',
      );
    }
    if (stage.canarySettings === undefined) throw badRequest('Promotion not available: Canary does not exist.');
    return change(stage, stage.canarySettings);
  };

export const stagePatches: PatchTable<Stage> = {
  refuse: ({ path }) => invalidSettingPath(path),
  rows: [
    {
      path: '/deploymentId',
      replace: (stage, { value }) => withMember(stage, 'deploymentId', value),
      // The canary stays after its promotion (recorded).
      copy: promote('/canarySettings/deploymentId', (stage, { deploymentId }) =>
        withMember(stage, 'deploymentId', deploymentId),
      ),
    },
    text('description'),
    text('clientCertificateId'),
    {
      path: '/cacheClusterEnabled',
      replace: (stage, { value }) => ({
        ...stage,
        cacheClusterEnabled: booleanOf(value),
        ...(booleanOf(value) && { cacheClusterSize: stage.cacheClusterSize ?? '0.5' }),
      }),
    },
    {
      path: '/cacheClusterSize',
      replace(stage, { value }) {
        requireOneOf('cache cluster size', value, cacheClusterSizes);
        return withMember(stage, 'cacheClusterSize', value);
      },
    },
    text('documentationVersion'),
    { path: '/tracingEnabled', replace: (stage, { value }) => withMember(stage, 'tracingEnabled', booleanOf(value)) },
    {
      path: '/variables',
      // Merges: what the canary overrides wins, the rest stays (recorded).
      copy: promote('/canarySettings/stageVariableOverrides', (stage, { stageVariableOverrides }) =>
        withMember(stage, 'variables', { ...stage.variables, ...stageVariableOverrides }),
      ),
    },
    {
      path: '/variables/{name}',
      replace: (stage, { names, value }) =>
        withMember(stage, 'variables', withEntry(stage.variables, names[0]!, value)),
      remove(stage, { names }) {
        const variables = withoutEntry(stage.variables, names[0]!, noSuchVariable);
        return { ...without(stage, 'variables'), ...(variables && { variables }) };
      },
    },
    {
      // Only as a whole: destination and format cannot be removed one by one (recorded).
      path: '/accessLogSettings',
      remove: (stage) => without(stage, 'accessLogSettings'),
    },
    {
      path: '/accessLogSettings/destinationArn',
      replace: (stage, { value }) =>
        withMember(stage, 'accessLogSettings', { ...stage.accessLogSettings, destinationArn: value }),
    },
    {
      path: '/accessLogSettings/format',
      replace: (stage, { value }) =>
        withMember(stage, 'accessLogSettings', { ...stage.accessLogSettings, format: value }),
    },
    { path: '/canarySettings', remove: (stage) => without(stage, 'canarySettings') },
    {
      path: '/canarySettings/percentTraffic',
      replace: (stage, { value }) => withCanary(stage, { percentTraffic: numberOf('canary percentTraffic', value) }),
    },
    {
      path: '/canarySettings/deploymentId',
      replace: (stage, { value }) => withCanary(stage, { deploymentId: value }),
    },
    {
      path: '/canarySettings/useStageCache',
      replace: (stage, { value }) => withCanary(stage, { useStageCache: booleanOf(value) }),
    },
    {
      path: '/canarySettings/stageVariableOverrides/{name}',
      replace: (stage, { names, value }) =>
        withCanary(stage, {
          stageVariableOverrides: withEntry(stage.canarySettings?.stageVariableOverrides, names[0]!, value),
        }),
      remove(stage, { names }) {
        const overrides = withoutEntry(stage.canarySettings?.stageVariableOverrides, names[0]!, noSuchVariable);
        const canarySettings = without(stage.canarySettings!, 'stageVariableOverrides');
        return withMember(stage, 'canarySettings', {
          ...canarySettings,
          ...(overrides && { stageVariableOverrides: overrides }),
        });
      },
    },
    ...methodSettingPatches,
  ],
};
