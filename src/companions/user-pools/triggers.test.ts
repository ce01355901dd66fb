/** Lambda triggers, custom authentication and second factors. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import {
  functionsByArn,
  goodPassword,
  type TriggerEvent,
  userPoolsUnderTest,
} from '../../../test/support/user-pools-under-test.ts';
import { totpCode, totpStep } from './totp.ts';

const arn = (name: string): string => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

test('a pre sign-up function confirms, verifies or refuses', async () => {
  const functions = functionsByArn({
    [arn('f')](event) {
      if (event.userName === 'eve') throw new Error('not you');
      return { ...event, response: { autoConfirmUser: true, autoVerifyEmail: true } };
    },
    [arn('after')]: (event) => event,
  });
  const cognito = userPoolsUnderTest({ functions });
  const pool = await cognito.pool({ LambdaConfig: { PreSignUp: arn('f'), PostConfirmation: arn('after') } });
  const UserAttributes = [{ Name: 'email', Value: 'ana@example.com' }];
  const signUp = (Username: string) =>
    cognito.run('SignUp', {
      ClientId: pool.client.ClientId!,
      Username,
      Password: goodPassword,
      UserAttributes,
      ValidationData: [{ Name: 'k', Value: 'v' }],
      ClientMetadata: { a: 'b' },
    });
  const { UserConfirmed } = await signUp('ana');
  assert.equal(UserConfirmed, true);
  const [before, after] = functions.events as [TriggerEvent, TriggerEvent];
  assert.deepEqual(before, {
    version: '1',
    region: 'eu-west-1',
    userPoolId: pool.id,
    userName: 'ana',
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: pool.client.ClientId },
    triggerSource: 'PreSignUp_SignUp',
    request: { userAttributes: { email: 'ana@example.com' }, validationData: { k: 'v' }, clientMetadata: { a: 'b' } },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  });
  assert.equal(after.triggerSource, 'PostConfirmation_ConfirmSignUp');
  assert.deepEqual(after.request.userAttributes['cognito:user_status'], 'CONFIRMED');
  assert.equal(decodeJwt((await pool.signIn('ana')).IdToken!)['email_verified'], true);
  await assert.rejects(signUp('eve'), {
    kind: 'UserLambdaValidationException',
    message: 'PreSignUp failed with error not you.',
  });
  await assert.rejects(cognito.run('AdminGetUser', { UserPoolId: pool.id, Username: 'eve' }), {
    kind: 'UserNotFoundException',
  });
});

test('pre token generation changes claims and groups, but not what tokens stand on', async () => {
  const functions = functionsByArn({
    [arn('v1')]: (event) => ({
      ...event,
      response: {
        claimsOverrideDetails: {
          claimsToAddOrOverride: { colour: 'red', sub: 'another' },
          claimsToSuppress: ['email'],
          groupOverrideDetails: { groupsToOverride: ['chosen'] },
        },
      },
    }),
    [arn('v2')]: (event) => ({
      ...event,
      response: {
        claimsAndScopeOverrideDetails: {
          idTokenGeneration: { claimsToAddOrOverride: { n: 1 } },
          accessTokenGeneration: { claimsToAddOrOverride: { tenant: { id: 7 } }, scopesToAdd: ['rides/read'] },
        },
      },
    }),
  });
  const cognito = userPoolsUnderTest({ functions });
  const first = await cognito.pool({ LambdaConfig: { PreTokenGeneration: arn('v1') } });
  await first.user('ana', { email: 'ana@example.com' });
  const one = decodeJwt((await first.signIn('ana')).IdToken!);
  assert.deepEqual([one['colour'], one['email'], one['cognito:groups']], ['red', undefined, ['chosen']]);
  assert.notEqual(one.sub, 'another');

  const second = await cognito.pool({
    LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: arn('v2'), LambdaVersion: 'V2_0' } },
  });
  await second.user('ana');
  const { AccessToken, IdToken } = await second.signIn('ana');
  const access = decodeJwt(AccessToken!);
  assert.deepEqual(
    [decodeJwt(IdToken!)['n'], access['tenant'], access['scope']],
    [1, { id: 7 }, 'aws.cognito.signin.user.admin rides/read'],
  );
  assert.deepEqual(
    functions.events.map(({ version, triggerSource }) => [version, triggerSource]),
    [
      ['1', 'TokenGeneration_Authentication'],
      ['2', 'TokenGeneration_Authentication'],
    ],
  );
});

test('a function that answers nonsense, and a failing one, let nobody in', async () => {
  const functions = functionsByArn({
    [arn('nonsense')]: () => 'hello',
    [arn('no')]() {
      throw new Error('closed on Sundays');
    },
  });
  const cognito = userPoolsUnderTest({ functions });
  const nonsense = await cognito.pool({ LambdaConfig: { PostAuthentication: arn('nonsense') } });
  await nonsense.user('ana');
  await assert.rejects(nonsense.signIn('ana'), {
    kind: 'InvalidLambdaResponseException',
    message: 'Unrecognizable lambda output',
  });
  const closed = await cognito.pool({ LambdaConfig: { PreAuthentication: arn('no') } });
  await closed.user('ana');
  await assert.rejects(closed.signIn('ana'), {
    kind: 'UserLambdaValidationException',
    message: 'PreAuthentication failed with error closed on Sundays.',
  });
});

test('a function that does not let the pool in is not called in strict mode', async () => {
  const functions = { ...functionsByArn({}), mayInvoke: () => false };
  const cognito = userPoolsUnderTest({ functions, strictPermissions: true });
  const pool = await cognito.pool({ LambdaConfig: { PreAuthentication: arn('f') } });
  await pool.user('ana');
  await assert.rejects(pool.signIn('ana'), {
    kind: 'UnexpectedLambdaException',
    message: 'PreAuthentication invocation failed due to error AccessDeniedException.',
  });
});

test('a custom message function words the messages', async () => {
  const functions = functionsByArn({
    [arn('m')]: (event) => ({
      ...event,
      response: { emailSubject: 'Hello', emailMessage: `Your number is ${event.request.codeParameter}` },
    }),
  });
  const cognito = userPoolsUnderTest({ functions });
  const pool = await cognito.pool({ AutoVerifiedAttributes: ['email'], LambdaConfig: { CustomMessage: arn('m') } });
  const UserAttributes = [{ Name: 'email', Value: 'ana@example.com' }];
  await cognito.run('SignUp', {
    ClientId: pool.client.ClientId!,
    Username: 'ana',
    Password: goodPassword,
    UserAttributes,
  });
  const page = await cognito.messagesPage({ method: 'GET', path: `/_/user-pools/${pool.id}/messages` } as never);
  const [message] = (JSON.parse(String(page.body)) as { messages: Record<string, string>[] }).messages;
  assert.deepEqual(
    [message!['subject'], message!['text'], message!['to']],
    ['Hello', 'Your number is 123456', 'ana@example.com'],
  );
});

test('custom authentication: three functions decide', async () => {
  const functions = functionsByArn({
    [arn('define')](event) {
      const last = event.request.session.at(-1);
      if (last === undefined) event.response.challengeName = 'CUSTOM_CHALLENGE';
      else if (last.challengeResult) event.response.issueTokens = true;
      else event.response.failAuthentication = true;
      return event;
    },
    [arn('create')](event) {
      event.response.publicChallengeParameters = { question: '6 × 7' };
      event.response.privateChallengeParameters = { answer: '42' };
      return event;
    },
    [arn('verify')](event) {
      event.response.answerCorrect = event.request.challengeAnswer === event.request.privateChallengeParameters.answer;
      return event;
    },
  });
  const cognito = userPoolsUnderTest({ functions });
  const pool = await cognito.pool({
    LambdaConfig: {
      DefineAuthChallenge: arn('define'),
      CreateAuthChallenge: arn('create'),
      VerifyAuthChallengeResponse: arn('verify'),
    },
  });
  await pool.user('ana');
  const ClientId = pool.client.ClientId!;
  const answer = async (ANSWER: string) => {
    const asked = await cognito.run('InitiateAuth', {
      ClientId,
      AuthFlow: 'CUSTOM_AUTH',
      AuthParameters: { USERNAME: 'ana' },
    });
    assert.deepEqual(asked.ChallengeParameters, { question: '6 × 7', USERNAME: 'ana' });
    const ChallengeResponses = { USERNAME: 'ana', ANSWER };
    return cognito.run('RespondToAuthChallenge', {
      ClientId,
      ChallengeName: 'CUSTOM_CHALLENGE',
      ChallengeResponses,
      Session: asked.Session!,
    });
  };
  assert.ok((await answer('42')).AuthenticationResult!.IdToken);
  await assert.rejects(answer('43'), { kind: 'NotAuthorizedException', message: 'Incorrect username or password.' });
});

test('an authenticator app is set up, asked for, and each of its codes is good once', async () => {
  const cognito = userPoolsUnderTest();
  const { run, clock } = cognito;
  const pool = await cognito.pool();
  const ClientId = pool.client.ClientId!;
  await pool.user('ana');
  const { AccessToken } = await pool.signIn('ana');
  await assert.rejects(run('AssociateSoftwareToken', { AccessToken: AccessToken! }), {
    kind: 'SoftwareTokenMFANotFoundException',
  });
  await run('SetUserPoolMfaConfig', {
    UserPoolId: pool.id,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  const { SecretCode } = await run('AssociateSoftwareToken', { AccessToken: AccessToken! });
  const code = (): string => totpCode(SecretCode!, totpStep(clock.now()));
  await assert.rejects(run('VerifySoftwareToken', { AccessToken: AccessToken!, UserCode: '000000' }), {
    kind: 'EnableSoftwareTokenMFAException',
  });
  await run('VerifySoftwareToken', { AccessToken: AccessToken!, UserCode: code() });
  await run('SetUserMFAPreference', {
    AccessToken: AccessToken!,
    SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true },
  });
  clock.advance(60_000);

  const begin = async () => {
    const AuthParameters = { USERNAME: 'ana', PASSWORD: goodPassword };
    const answer = await run('InitiateAuth', { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters });
    assert.deepEqual([answer.ChallengeName, answer.AuthenticationResult], ['SOFTWARE_TOKEN_MFA', undefined]);
    return answer.Session!;
  };
  const answer = (Session: string, SOFTWARE_TOKEN_MFA_CODE: string) =>
    run('RespondToAuthChallenge', {
      ClientId,
      ChallengeName: 'SOFTWARE_TOKEN_MFA',
      ChallengeResponses: { USERNAME: 'ana', SOFTWARE_TOKEN_MFA_CODE },
      Session,
    });
  await assert.rejects(answer(await begin(), '000000'), { kind: 'CodeMismatchException' });
  assert.ok((await answer(await begin(), code())).AuthenticationResult!.IdToken);
  await assert.rejects(answer(await begin(), code()), { kind: 'CodeMismatchException' });
  await assert.rejects(answer('made-up-session-of-some-length', code()), { kind: 'NotAuthorizedException' });
});

test('where a second factor is required, the sign-in stops until one is set up in it', async () => {
  const cognito = userPoolsUnderTest();
  const { run, clock } = cognito;
  const pool = await cognito.pool();
  const ClientId = pool.client.ClientId!;
  await pool.user('ana');
  await run('SetUserPoolMfaConfig', {
    UserPoolId: pool.id,
    MfaConfiguration: 'ON',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  const AuthParameters = { USERNAME: 'ana', PASSWORD: goodPassword };
  const asked = await run('InitiateAuth', { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters });
  assert.equal(asked.ChallengeName, 'MFA_SETUP');
  const respond = (Session: string) =>
    run('RespondToAuthChallenge', {
      ClientId,
      ChallengeName: 'MFA_SETUP',
      ChallengeResponses: { USERNAME: 'ana' },
      Session,
    });
  await assert.rejects(respond(asked.Session!), { kind: 'NotAuthorizedException' });
  const { SecretCode, Session } = await run('AssociateSoftwareToken', { Session: asked.Session! });
  const verified = await run('VerifySoftwareToken', {
    Session: Session!,
    UserCode: totpCode(SecretCode!, totpStep(clock.now())),
  });
  assert.equal(verified.Status, 'SUCCESS');
  assert.ok((await respond(verified.Session!)).AuthenticationResult!.IdToken);
});

test('TOTP gives the codes of RFC 6238’s table', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  for (const [seconds, code] of [
    [59, '287082'],
    [1111111109, '081804'],
    [20000000000, '353130'],
  ] as const) {
    assert.equal(totpCode(secret, totpStep(seconds * 1000)), code);
  }
});
