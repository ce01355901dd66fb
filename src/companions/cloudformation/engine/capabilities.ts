/** What a caller has to acknowledge before a template may do it. */
import type { Capability } from '../../../wire/generated/cloudformation.ts';
import type { JsonMap } from '../records.ts';
import { isMap } from '../template/intrinsics.ts';

const namedBy: Readonly<Record<string, string | undefined>> = {
  'AWS::IAM::AccessKey': undefined,
  'AWS::IAM::Group': 'GroupName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Policy': undefined,
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::User': 'UserName',
  'AWS::IAM::UserToGroupAddition': undefined,
};

export interface Needed {
  readonly capabilities: Capability[];
  readonly reason: string | undefined;
}

/** Capabilities that the resources of a template, after its transforms, ask for. */
export function neededCapabilities(template: JsonMap): Needed {
  const resources = template['Resources'];
  const found = Object.values(isMap(resources) ? resources : {})
    .filter(isMap)
    .filter(({ Type }) => typeof Type === 'string' && Object.hasOwn(namedBy, Type));
  if (found.length === 0) return { capabilities: [], reason: undefined };
  const isNamed = found.some(({ Type, Properties }) => {
    const property = namedBy[Type as string];
    return property !== undefined && isMap(Properties) && Properties[property] !== undefined;
  });
  const types = [...new Set(found.map(({ Type }) => Type as string))];
  return {
    capabilities: [isNamed ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'],
    reason: `The following resource(s) require capabilities: [${types.join(', ')}]`,
  };
}

/** Those that are needed and were not given; what is named covers what is not. */
export function missingCapabilities(needed: readonly Capability[], given: readonly Capability[]): Capability[] {
  return needed.filter(
    (each) => !given.includes(each) && !(each === 'CAPABILITY_IAM' && given.includes('CAPABILITY_NAMED_IAM')),
  );
}
