/**
 * An interface VPC endpoint for `execute-api`, as settings name it (decisions/0046): the way by which requests reach private APIs. A request has one only
 * because of the socket it came by; nothing that a client writes gives it one.
 */
import type { CompiledPolicy } from './policy.ts';

export interface VpcEndpoint {
  /** `vpce-0123456789abcdef0`: `aws:SourceVpce`. */
  readonly id: string;
  /** `vpc-0123456789abcdef0`: `aws:SourceVpc`. */
  readonly vpcId: string;
  /** Owner, 12 digits: `aws:VpceAccount`; undefined where the settings do not say. */
  readonly accountId: string | undefined;
  /** Which invocations it passes on; undefined passes all, as AWS's default policy does. */
  readonly policy: CompiledPolicy | undefined;
  /** It has an address of its own: whatever comes there came through it. Otherwise its clients share the port of everybody else. */
  readonly hasOwnListener: boolean;
  /** `{api}.execute-api.{region}.amazonaws.com` leads to it in its VPC, those of public APIs too, which it cannot reach (row PRV-05). */
  readonly hasPrivateDns: boolean;
}
