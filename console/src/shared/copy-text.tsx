import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';

/** A text one wants elsewhere, with a button that copies it. */
export function CopyText({ text, label = 'Copy' }: { text: string; label?: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      copyButtonAriaLabel={label}
      copySuccessText="Copied"
      copyErrorText="The browser does not let this page copy"
    />
  );
}
