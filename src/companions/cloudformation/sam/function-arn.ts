/** How documents and permissions name a function that may be reached by its alias. */
import type { Json } from '../records.ts';

/** `Ref` of a function, or of its alias. */
export interface FunctionName {
  readonly logicalId: string;
  /** Logical id of the alias that callers use; its Ref is an ARN. */
  readonly alias: string | undefined;
}

export const refOf = ({ logicalId, alias }: FunctionName): Json => ({ Ref: alias ?? logicalId });

/** The URI of an integration with the function. */
export const invocationUri = ({ logicalId, alias }: FunctionName): Json => ({
  'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${alias ?? `${logicalId}.Arn`}}/invocations`,
});

/** The URI of an authorizer, whose function is named by an ARN. */
export const authorizerUri = (arn: Json): Json => ({
  'Fn::Sub': [
    'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${__FunctionArn__}/invocations',
    { __FunctionArn__: arn },
  ],
});

/** The permission that lets an API invoke a function. `source` follows the API's id: `/${__Stage__}/GET/pets`. */
export const permissionFor = (functionName: Json, apiId: Json, source: string, stage: Json | undefined): Json => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: functionName,
    Principal: 'apigateway.amazonaws.com',
    SourceArn: {
      'Fn::Sub': [
        `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${__ApiId__}${source}`,
        { __ApiId__: apiId, ...(stage !== undefined && { __Stage__: stage }) },
      ],
    },
  },
});
