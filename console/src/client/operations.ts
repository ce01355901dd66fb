/** The operations that pages call, typed as the server types them. */
import type { Operations as Acm } from '../../../src/wire/generated/acm.ts';
import type { Operations as Rest } from '../../../src/wire/generated/apigateway.ts';
import type { Operations as V2 } from '../../../src/wire/generated/apigatewayv2.ts';
import type { Operations as CloudWatch } from '../../../src/wire/generated/cloudwatch.ts';
import type { Operations as UserPools } from '../../../src/wire/generated/cognito-idp.ts';
import type { Operations as Lambda } from '../../../src/wire/generated/lambda.ts';
import type { Operations as Waf } from '../../../src/wire/generated/wafv2.ts';

/** Services by the names of their models; which of their operations are there, console/aws-models.ts says. */
export interface Services {
  apigateway: Rest;
  apigatewayv2: V2;
  lambda: Lambda;
  'cognito-idp': UserPools;
  acm: Acm;
  cloudwatch: CloudWatch;
  wafv2: Waf;
}

export type ServiceName = keyof Services;
export type OperationName<S extends ServiceName> = keyof Services[S] & string;

type Member<T, K extends PropertyKey> = T extends Record<K, infer V> ? V : never;

export type Input<S extends ServiceName, O extends OperationName<S>> = Member<Services[S][O], 'input'>;
export type Output<S extends ServiceName, O extends OperationName<S>> = Member<Services[S][O], 'output'>;
