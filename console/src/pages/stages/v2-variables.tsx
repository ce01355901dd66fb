import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { KeyValueEditor, mapOf, pairsOf } from '../../shared/key-value-editor.tsx';
import { changeStage, type V2StageProps } from './v2-calls.ts';

export function V2Variables(props: V2StageProps) {
  const { StageVariables: saved } = props.stage;
  const draft = useDraft({ pairs: pairsOf(saved) });
  async function save(): Promise<void> {
    const variables = mapOf(draft.value.pairs);
    // UpdateStage merges; the empty text takes a variable away.
    const gone = Object.keys(saved ?? {}).filter((name) => !(name in variables));
    await changeStage(props, {
      StageVariables: { ...variables, ...Object.fromEntries(gone.map((name) => [name, ''])) },
    });
  }
  return (
    <EditPanel title="Stage variables" draft={draft} save={save} saved="Stage variables saved.">
      <KeyValueEditor
        pairs={draft.value.pairs}
        onChange={(pairs) => draft.set({ pairs: [...pairs] })}
        addLabel="Add stage variable"
        empty="This stage has no variables."
      />
    </EditPanel>
  );
}
