/** What will happen: the compiled plan of a deployed stage, as the gateway prints it. */
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { useQueries } from '@tanstack/react-query';
import { useOperation } from '../../client/queries.ts';
import type { MethodProps } from './method-place.ts';

/** A line for each stage that has this method; nothing where no stage does, or where plans are not for this browser to see. */
export function PlanPanel({ apiId, node, verb }: MethodProps) {
  const stages = useOperation('apigateway', 'GetStages', { restApiId: apiId });
  const names = (stages.data?.item ?? []).map(({ stageName }) => stageName!);
  const plans = useQueries({
    queries: names.map((stage) => ({ queryKey: ['plan', apiId, stage], queryFn: () => planOf(apiId, stage) })),
  });
  const label = `${verb} ${node.path}: `;
  const items = names.flatMap((stage, i) => {
    const line = plans[i]?.data?.split('\n').find((each) => each.startsWith(label));
    return line === undefined
      ? []
      : [{ label: `Stage ${stage}`, value: <Box variant="code">{line.slice(label.length)}</Box> }];
  });
  if (items.length === 0) return null;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="What each stage does with such a request, step by step, since its deployment."
        >
          What will happen
        </Header>
      }
    >
      <KeyValuePairs columns={1} items={items} />
    </Container>
  );
}

async function planOf(apiId: string, stage: string): Promise<string> {
  const response = await fetch(`/_/plans/${encodeURIComponent(apiId)}/${encodeURIComponent(stage)}`);
  return response.ok ? response.text() : '';
}
