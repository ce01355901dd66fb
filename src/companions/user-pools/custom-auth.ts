/** CUSTOM_AUTH: three functions of the pool decide which challenges there are, what they ask, and whether the answer is right. */
import { Problem } from '../../base/problem.ts';
import {
  type AuthAnswer,
  type ChallengeState,
  type CustomRound,
  type SignIn,
  sessionFor,
  signedIn,
} from './challenges.ts';
import { invalidParameter, notAuthorized, userNotConfirmed, wrongPassword } from './pool-errors.ts';
import type { UserRecord } from './records.ts';
import { srpAnswer } from './sign-in.ts';
import { type TriggerName, triggerArn, triggerAttributes } from './triggers.ts';

/** Begins with the first question to DefineAuthChallenge; with an SRP_A the password may be among the challenges. */
export async function beginCustomAuth(
  signIn: SignIn,
  user: UserRecord,
  clientPublic: string | undefined,
): Promise<AuthAnswer> {
  if (!user.enabled) throw notAuthorized('User is disabled.');
  if (user.status === 'UNCONFIRMED') throw userNotConfirmed();
  const first: CustomRound[] =
    clientPublic === undefined ? [] : [{ challengeName: 'SRP_A', challengeResult: true, challengeMetadata: null }];
  return nextRound(signIn, user, first, clientPublic);
}

/** Goes on after a round: tokens, the next challenge, or the end. */
export async function nextRound(
  signIn: SignIn,
  user: UserRecord,
  session: readonly CustomRound[],
  clientPublic?: string,
): Promise<AuthAnswer> {
  const { pool } = signIn;
  const decision = await call(
    signIn,
    user,
    'DefineAuthChallenge',
    { session },
    { challengeName: null, issueTokens: null, failAuthentication: null },
  );
  if (decision['issueTokens'] === true) return signedIn(signIn, user);
  if (decision['failAuthentication'] === true)
    throw wrongPassword(`DefineAuthChallenge of ${pool.id} ended the sign-in`);
  const challengeName = decision['challengeName'];
  if (challengeName === 'PASSWORD_VERIFIER') {
    if (clientPublic === undefined) throw invalidParameter('Missing required parameter SRP_A');
    const answer = await srpAnswer(signIn, user.username, user, clientPublic);
    return {
      ...answer,
      Session: await sessionFor(signIn, {
        challenge: 'PASSWORD_VERIFIER',
        username: user.username,
        custom: { session },
      }),
    };
  }
  if (challengeName !== 'CUSTOM_CHALLENGE') {
    throw new Problem('InvalidLambdaResponseException', 'Unrecognizable lambda output', {
      why: `DefineAuthChallenge answered challengeName ${String(challengeName)}`,
    });
  }
  const made = await call(
    signIn,
    user,
    'CreateAuthChallenge',
    { challengeName, session },
    { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null },
  );
  const metadata = made['challengeMetadata'];
  const privateParameters = textsOf(made['privateChallengeParameters']);
  return {
    ChallengeName: 'CUSTOM_CHALLENGE',
    ChallengeParameters: { ...textsOf(made['publicChallengeParameters']), USERNAME: user.username },
    Session: await sessionFor(signIn, {
      challenge: 'CUSTOM_CHALLENGE',
      username: user.username,
      custom: { session, privateParameters, ...(typeof metadata === 'string' && { metadata }) },
    }),
  };
}

/** The answer to a CUSTOM_CHALLENGE. */
export async function answerCustomChallenge(
  signIn: SignIn,
  user: UserRecord,
  state: ChallengeState,
  answer: string,
): Promise<AuthAnswer> {
  const { session = [], privateParameters = {}, metadata } = state.custom ?? {};
  const verdict = await call(
    signIn,
    user,
    'VerifyAuthChallengeResponse',
    { privateChallengeParameters: privateParameters, challengeAnswer: answer },
    { answerCorrect: null },
  );
  const round: CustomRound = {
    challengeName: 'CUSTOM_CHALLENGE',
    challengeResult: verdict['answerCorrect'] === true,
    challengeMetadata: metadata ?? null,
  };
  return nextRound(signIn, user, [...session, round]);
}

async function call(
  { parts, pool, client, metadata }: SignIn,
  user: UserRecord,
  trigger: TriggerName,
  request: Readonly<Record<string, unknown>>,
  response: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  if (triggerArn(pool.settings.LambdaConfig, trigger) === undefined) {
    throw invalidParameter(
      'Custom auth lambda trigger is not configured for the user pool.',
      `${pool.id} has no ${trigger}`,
    );
  }
  const answer = await parts.triggers.call({
    trigger,
    source: `${trigger}_Authentication`,
    pool,
    clientId: client.id,
    username: user.username,
    request: {
      userAttributes: triggerAttributes(user),
      ...request,
      ...(metadata !== undefined && { clientMetadata: metadata }),
    },
    response,
  });
  return answer!;
}

function textsOf(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(
    entries.map(([name, item]) => [name, typeof item === 'string' ? item : JSON.stringify(item)]),
  );
}
