/** CodeMirror in the console's own colours, light and dark. */
import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';
import { useEffect, useRef } from 'react';
import { useIsDark } from '../shell/appearance.ts';
import type { CodeFieldProps, CodeLanguage } from './code-field.tsx';

const languages: Readonly<Record<CodeLanguage, () => Extension>> = {
  json: () => json(),
  yaml: () => yaml(),
  javascript: () => javascript(),
  text: () => [],
};

export default function CodeEditor({ value, onChange, language = 'text', label, lines = 8 }: CodeFieldProps) {
  const isDark = useIsDark();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  const shown = useRef(value);
  shown.current = value;
  const isReadOnly = onChange === undefined;

  useEffect(() => {
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: shown.current,
        extensions: [
          // The server's policy lets in styles that carry the page's nonce.
          EditorView.cspNonce.of(document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? ''),
          basicSetup,
          languages[language](),
          syntaxHighlighting(isDark ? darkColours : lightColours),
          frame(isDark, lines),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorState.readOnly.of(isReadOnly),
          // Escape leaves the field, so that the keyboard is not caught in it.
          keymap.of([{ key: 'Escape', run: leave }]),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            const text = update.state.doc.toString();
            if (text !== shown.current) changed.current?.(text);
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [language, label, isDark, isReadOnly, lines]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  return <div ref={host} />;
}

function leave(editor: EditorView): boolean {
  editor.contentDOM.blur();
  return true;
}

function frame(isDark: boolean, lines: number): Extension {
  const [border, back, gutter, text, selected] = isDark
    ? ['#656871', '#161d26', '#1b232d', '#dedee3', '#2c4a6b']
    : ['#8c8c94', '#ffffff', '#f6f6f9', '#16191f', '#cfe4ff'];
  return EditorView.theme(
    {
      '&': {
        border: `1px solid ${border}`,
        borderRadius: '8px',
        backgroundColor: back!,
        color: text!,
        fontSize: '13px',
      },
      '&.cm-focused': { outline: `2px solid ${isDark ? '#42b4ff' : '#006ce0'}`, outlineOffset: '-1px' },
      '.cm-scroller': {
        fontFamily: 'ui-monospace, Menlo, Consolas, monospace',
        minHeight: `${lines * 1.4}em`,
        maxHeight: '32em',
        borderRadius: '8px',
      },
      '.cm-gutters': {
        backgroundColor: gutter!,
        color: isDark ? '#8c8c94' : '#656871',
        border: 'none',
        borderRadius: '8px 0 0 8px',
      },
      '.cm-content': { caretColor: text! },
      '.cm-cursor': { borderLeftColor: text! },
      '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: isDark ? '#ffffff0a' : '#0000000a' },
      '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
        backgroundColor: selected!,
      },
    },
    { dark: isDark },
  );
}

const lightColours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: '#033160' },
  { tag: [tags.string, tags.special(tags.string)], color: '#00692e' },
  { tag: [tags.number, tags.bool, tags.null], color: '#8a3b00' },
  { tag: [tags.keyword, tags.operator], color: '#7a1fa2' },
  { tag: tags.comment, color: '#656871' },
]);

const darkColours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: '#75cfff' },
  { tag: [tags.string, tags.special(tags.string)], color: '#7ce38b' },
  { tag: [tags.number, tags.bool, tags.null], color: '#ffb870' },
  { tag: [tags.keyword, tags.operator], color: '#d2a8ff' },
  { tag: tags.comment, color: '#a4a4ad' },
]);
