import Box from '@cloudscape-design/components/box';

/** Something a server printed, under its title. */
export function OutputText({ title, text }: { title: string; text: string }) {
  return (
    <section aria-label={title}>
      <Box variant="awsui-key-label">{title}</Box>
      <pre className="output">{text || '-'}</pre>
    </section>
  );
}
