/** Stage variables: values that integrations and templates read as `stageVariables.name`. */
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { KeyValueEditor, mapOf, pairsOf } from '../../shared/key-value-editor.tsx';
import { mapPatches } from '../../shared/map-patches.ts';
import { patchStage, type StageTabProps } from './stage-calls.ts';

export function VariablesTab(props: StageTabProps) {
  const { variables } = props.stage;
  const draft = useDraft({ pairs: pairsOf(variables) });
  return (
    <EditPanel
      title="Stage variables"
      description="They act at once, without a deployment."
      draft={draft}
      save={() => patchStage(props, mapPatches('/variables', variables, mapOf(draft.value.pairs)))}
      saved="Stage variables saved."
    >
      <KeyValueEditor
        pairs={draft.value.pairs}
        onChange={(pairs) => draft.set({ pairs: [...pairs] })}
        addLabel="Add stage variable"
        empty="This stage has no variables."
      />
    </EditPanel>
  );
}
