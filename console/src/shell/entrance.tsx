/** Lets in whom the server believes: in dev mode everybody, in secure mode those who sign in with an access key. */
import Spinner from '@cloudscape-design/components/spinner';
import { AwsError } from '../client/aws-error.ts';
import { App } from './app.tsx';
import { usePath } from './router.ts';
import { SignIn } from './sign-in.tsx';
import { useCaller } from './top-bar.tsx';

export function Entrance() {
  const path = usePath();
  const caller = useCaller();
  if (caller.isPending) {
    return (
      <div className="waiting">
        <Spinner size="large" />
      </div>
    );
  }
  const isRefused = caller.error instanceof AwsError && caller.error.status === 403;
  if (isRefused || path === '/sign-in') return <SignIn />;
  return <App />;
}
