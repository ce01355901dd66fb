import Autosuggest from '@cloudscape-design/components/autosuggest';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Select from '@cloudscape-design/components/select';
import { useQuery } from '@tanstack/react-query';
import { errorText } from '../client/aws-error.ts';
import { call } from '../client/call.ts';
import { regions } from '../shell/regions.ts';

export interface FunctionFieldProps {
  readonly region: string;
  onRegion(region: string): void;
  /** A name, `name:alias`, or an ARN. */
  readonly value: string;
  onChange(value: string): void;
  readonly label?: string;
}

/** A Lambda function: its region, and its name with those that are there suggested (row CON-02). */
export function FunctionField({ region, onRegion, value, onChange, label = 'Lambda function' }: FunctionFieldProps) {
  const functions = useQuery({ queryKey: [region, 'lambda', 'names'], queryFn: () => functionNames(region) });
  return (
    <FormField label={label} description="Its name, or its ARN; an alias follows a colon." stretch>
      <Grid gridDefinition={[{ colspan: { default: 12, xs: 4 } }, { colspan: { default: 12, xs: 8 } }]}>
        <Select
          ariaLabel="Lambda region"
          options={regions.map((each) => ({ value: each }))}
          selectedOption={{ value: region }}
          filteringType="auto"
          onChange={({ detail }) => onRegion(detail.selectedOption.value!)}
        />
        <Autosuggest
          ariaLabel={label}
          value={value}
          placeholder="Name or ARN"
          enteredTextLabel={(text) => `Use: ${text}`}
          options={(functions.data ?? []).map((name) => ({ value: name }))}
          empty={`There is no function in ${region}`}
          statusType={functions.isPending ? 'loading' : functions.error ? 'error' : 'finished'}
          loadingText="Loading functions"
          errorText={errorText(functions.error)}
          onChange={({ detail }) => onChange(detail.value)}
        />
      </Grid>
    </FormField>
  );
}

async function functionNames(region: string): Promise<string[]> {
  const names: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await call('lambda', 'ListFunctions', { ...(Marker && { Marker }) }, region);
    names.push(...(page.Functions ?? []).map(({ FunctionName }) => FunctionName!));
    Marker = page.NextMarker;
  } while (Marker);
  return names.sort();
}
