/** GetSdk, GetSdkTypes, GetSdkType: client code of a deployed API (rows SDK-01 to SDK-04, V1-48). */
import { snapshots } from '../../../ports/records.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/apigateway.ts';
import { apiAddress } from '../../api-address.ts';
import { invalidValue, noSuchSdkType } from '../chosen-refusals.ts';
import { badRequest } from '../errors.ts';
import { findApi } from '../find.ts';
import { pageOf } from '../paging.ts';
import type { RestPorts } from '../ports.ts';
import { findStage } from '../stages.ts';
import { androidSdk } from './android.ts';
import { javaSdk } from './java.ts';
import { javascriptSdk } from './javascript.ts';
import { objectiveCSdk } from './objective-c.ts';
import { rubySdk } from './ruby.ts';
import { type SdkApi, sdkApi } from './sdk-api.ts';
import { type SdkFiles, zipped } from './sdk-files.ts';
import { sdkParameters, sdkTypeIds, shownSdkTypes } from './sdk-types.ts';
import { swiftSdk } from './swift.ts';

/** By SDK type: the files for an API, made with the parameters of the type. */
const makers: Readonly<Record<string, (api: SdkApi, parameters: Readonly<Record<string, string>>) => SdkFiles>> = {
  android: androidSdk,
  java: javaSdk,
  javascript: javascriptSdk,
  objectivec: objectiveCSdk,
  ruby: rubySdk,
  swift: swiftSdk,
};

export function sdkHandlers({ store, clock, limits }: RestPorts): Handlers<Operations> {
  return {
    GetSdkTypes: (input) => pageOf(shownSdkTypes, ({ id }) => id, input, limits),

    GetSdkType({ id }) {
      const found = shownSdkTypes.find((type) => type.id === id);
      if (found === undefined) throw noSuchSdkType();
      return found;
    },

    async GetSdk({ restApiId, stageName, sdkType, parameters }, call) {
      const snapshot = await store.read(async (tx) => {
        await findApi(tx, call, restApiId);
        // A stage is there when something was deployed to it.
        const stage = await findStage(tx, call, restApiId, stageName);
        const frozen = await tx.get(snapshots, [restApiId, stage.deploymentId]);
        if (frozen === undefined) throw badRequest('Deployment id does not exist');
        return frozen;
      });
      if (!sdkTypeIds.includes(sdkType)) throw invalidValue('sdk type', sdkType, sdkTypeIds);
      const values = sdkParameters(sdkType, parameters);
      const make = makers[sdkType]!;
      const invokeUrl = `${apiAddress(restApiId, call)}/${stageName}`;
      const files = make(sdkApi(snapshot, { region: call.region, stageName, invokeUrl }), values);
      const nowMs = clock.now();
      return {
        body: await zipped(files, nowMs),
        contentType: 'application/octet-stream',
        contentDisposition: `attachment; filename="${sdkType}_${fileTime(nowMs)}.zip"`,
      };
    },
  };
}

/** `2016-11-02_08-41Z` */
const fileTime = (nowMs: number): string =>
  new Date(nowMs).toISOString().replace(/^(.{10})T(\d\d):(\d\d).*$/, '$1_$2-$3Z');
