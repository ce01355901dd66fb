/** `Rules` of a template: assertions about its parameters, asked before anything is made. */
import type { Json, JsonMap, ParameterValue, StackId } from '../records.ts';
import { validationError } from '../refusals.ts';
import { callOf, evaluate, isMap, type Scope } from './intrinsics.ts';
import { scopeOf } from './scope.ts';
import type { Template } from './template.ts';

export function checkRules(template: Template, parameters: readonly ParameterValue[], stack: StackId): void {
  const scope = scopeOf({
    ...{ template, stack, parameters, notificationArns: [] },
    resource: () => undefined,
    imported: () => '',
  });
  const failures: string[] = [];
  for (const rule of Object.values(template.rules)) {
    if (!isMap(rule)) continue;
    const condition = rule['RuleCondition'];
    if (condition !== undefined && !holds(condition, scope)) continue;
    for (const assertion of (rule['Assertions'] ?? []) as readonly JsonMap[]) {
      if (!holds(assertion['Assert']!, scope))
        failures.push(String(assertion['AssertDescription'] ?? 'Assertion failed'));
    }
  }
  if (failures.length > 0) throw validationError(`Template validation error: ${failures.join('; ')}`);
}

/** Functions that only rules have; inside them those of everybody. */
function holds(value: Json, scope: Scope): boolean {
  const call = isMap(value) ? callOf(value) : undefined;
  if (call === undefined) return value === true || value === 'true';
  const { name, argument } = call;
  const all = (argument ?? []) as readonly Json[];
  switch (name) {
    case 'Fn::And':
      return all.every((each) => holds(each, scope));
    case 'Fn::Or':
      return all.some((each) => holds(each, scope));
    case 'Fn::Not':
      return !holds(all[0]!, scope);
    case 'Fn::Contains': {
      const list = evaluate(all[0]!, scope) as readonly Json[];
      return list.map(String).includes(String(evaluate(all[1]!, scope) as Json));
    }
    case 'Fn::EachMemberEquals': {
      const wanted = String(evaluate(all[1]!, scope) as Json);
      return (evaluate(all[0]!, scope) as readonly Json[]).every((each) => String(each) === wanted);
    }
    case 'Fn::EachMemberIn': {
      const wanted = (evaluate(all[1]!, scope) as readonly Json[]).map(String);
      return (evaluate(all[0]!, scope) as readonly Json[]).every((each) => wanted.includes(String(each)));
    }
    default: {
      const made = evaluate(value, scope);
      return made === true || made === 'true';
    }
  }
}
