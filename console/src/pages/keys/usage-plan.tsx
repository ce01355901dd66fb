/** One usage plan: its limits, stages and keys, and what the keys used. */
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Tabs from '@cloudscape-design/components/tabs';
import { call } from '../../client/call.ts';
import { useOperation } from '../../client/queries.ts';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { changedPatches, type Patch, replaced } from '../../shared/map-patches.ts';
import { Refusal } from '../../shared/refusal.tsx';
import { useParam } from '../../shell/page-context.ts';
import { useQueryValue } from '../../shell/router.ts';
import { PlanFields, planValues, type UsagePlan } from './plan-fields.tsx';
import { PlanKeys } from './plan-keys.tsx';
import { PlanStages } from './plan-stages.tsx';
import { PlanUsage } from './plan-usage.tsx';

export default function UsagePlanPage() {
  const usagePlanId = useParam('planId');
  const { data: plan, error } = useOperation('apigateway', 'GetUsagePlan', { usagePlanId });
  const [tab, setTab] = useQueryValue('tab');
  return (
    <ContentLayout header={<Header variant="h1">{plan?.name ?? 'Usage plan'}</Header>}>
      <Refusal error={error} />
      {plan && (
        <Tabs
          activeTabId={tab ?? 'stages'}
          onChange={({ detail }) => setTab(detail.activeTabId)}
          tabs={[
            { id: 'stages', label: 'Associated stages', content: <PlanStages plan={plan} /> },
            { id: 'keys', label: 'Associated API keys', content: <PlanKeys plan={plan} /> },
            { id: 'usage', label: 'Usage', content: <PlanUsage plan={plan} /> },
            { id: 'settings', label: 'Settings', content: <PlanSettings plan={plan} /> },
          ]}
        />
      )}
    </ContentLayout>
  );
}

function PlanSettings({ plan }: { plan: UsagePlan }) {
  const saved = planValues(plan);
  const draft = useDraft(saved);
  const { value, set } = draft;

  function patches(): Patch[] {
    const members: Record<string, string> = { name: '/name', description: '/description' };
    const whole: Patch[] = [];
    if (value.isThrottled) Object.assign(members, { rate: '/throttle/rateLimit', burst: '/throttle/burstLimit' });
    else if (saved.isThrottled) whole.push({ op: 'remove', path: '/throttle' });
    if (!value.hasQuota && saved.hasQuota) whole.push({ op: 'remove', path: '/quota' });
    // A new quota needs both members, whatever they were shown as before.
    if (value.hasQuota && !saved.hasQuota)
      whole.push(replaced('/quota/limit', value.limit), replaced('/quota/period', value.period));
    else if (value.hasQuota) Object.assign(members, { limit: '/quota/limit', period: '/quota/period' });
    return [...changedPatches(members as Partial<Record<keyof typeof saved, string>>, saved, value), ...whole];
  }

  return (
    <EditPanel
      title="Settings"
      draft={draft}
      save={() => call('apigateway', 'UpdateUsagePlan', { usagePlanId: plan.id!, patchOperations: patches() })}
      saved="Usage plan saved."
    >
      <PlanFields value={value} set={set} />
    </EditPanel>
  );
}
