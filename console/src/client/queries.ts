/** What the server knows, as React sees it: read once, shared by all widgets that ask, read again after every change. */
import {
  QueryClient,
  type UseQueryOptions,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { AwsError } from './aws-error.ts';
import { allItems, call, type ItemOf } from './call.ts';
import type { Input, OperationName, Output, ServiceName } from './operations.ts';
import { useSession } from './session.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // A refusal stays one.
      retry: (failures, error) => !(error instanceof AwsError) && failures < 2,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** Keeps apart what one caller saw from what another sees, and regions. */
export function useScope(): string {
  const { credentials, region } = useSession();
  return `${credentials.accessKeyId} ${region}`;
}

type Options = Pick<UseQueryOptions, 'enabled' | 'refetchInterval'>;

/** The output of a reading operation. */
export function useOperation<S extends ServiceName, O extends OperationName<S>>(
  service: S,
  operation: O,
  input: Input<S, O>,
  options: Options = {},
): UseQueryResult<Output<S, O>> {
  const scope = useScope();
  return useQuery({
    ...(options as object),
    queryKey: [scope, service, operation, input],
    // A query must not be undefined.
    queryFn: async () => (await call(service, operation, input)) ?? (null as Output<S, O>),
  });
}

/** All items of a list, whatever pages it comes in. */
export function useItems<S extends ServiceName, O extends OperationName<S>>(
  service: S,
  operation: O,
  input: Input<S, O>,
  options: Options = {},
): UseQueryResult<ItemOf<Output<S, O>>[]> {
  const scope = useScope();
  return useQuery({
    ...(options as object),
    queryKey: [scope, service, operation, input, 'all'],
    queryFn: () => allItems(service, operation, input),
  });
}

/** Something that changes what the server knows; after it everything shown is read again. */
export function useChange<T, A extends readonly unknown[]>(change: (...args: A) => Promise<T>) {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: (args: A) => change(...args),
    onSuccess: () => client.invalidateQueries(),
  });
  return {
    /** Resolves when what is shown is new; rejects with the refusal, which `error` holds too. */
    run: (...args: A): Promise<T> => mutation.mutateAsync(args),
    isRunning: mutation.isPending,
    error: mutation.error,
    reset: mutation.reset,
  };
}
