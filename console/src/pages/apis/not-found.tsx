import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import { hrefOf } from '../../shell/router.ts';

/** For addresses that lead nowhere. */
export function NotFound() {
  return (
    <Box textAlign="center" padding="xxl">
      <Box variant="h1">There is no such page</Box>
      <Link href={hrefOf('/apis')}>All APIs</Link>
    </Box>
  );
}
