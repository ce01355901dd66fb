/** Authorizers of a REST API in the console: creating them, asking them, giving them to a method. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import { GetAuthorizersCommand } from '@aws-sdk/client-api-gateway';
import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createApi, createFunction, mock } from '../../support/api-under-test.ts';
import { skipConsole, useConsole } from '../../support/console-under-test.ts';
import { choose, dialogOf, seen, selectRow } from '../../support/console-widgets.ts';
import { clientConfig } from '../../support/gatewright-in-process.ts';

/** Allows who says "open", with a word of its own about them. */
const doorkeeper = `exports.handler = async ({ authorizationToken, methodArn }) => ({
  principalId: 'visitor',
  policyDocument: { Version: '2012-10-17', Statement: [{
    Action: 'execute-api:Invoke', Effect: authorizationToken === 'open' ? 'Allow' : 'Deny', Resource: methodArn }] },
});`;

describe('the console: authorizers of a REST API', { skip: skipConsole }, () => {
  const console = useConsole();

  const authorizersOf = async (restApiId: string) =>
    (await (await console()).gatewright.apigateway.send(new GetAuthorizersCommand({ restApiId }))).items!;

  test('[CON-04] [INT-12] a Lambda authorizer is created with its permission, tested, and guards a method', async (t) => {
    const { gatewright, open } = await console();
    await createFunction(gatewright, 'console-doorkeeper', doorkeeper);
    const api = await createApi(gatewright, { 'GET /door': mock('inside') });
    const page = await open(t, `/rest/${api.id}/authorizers`);
    await page.getByRole('button', { name: 'Create authorizer' }).click();
    const form = dialogOf(page, 'Create authorizer');
    await form.getByLabel('Authorizer name').fill('doorkeeper');
    await form.getByRole('combobox', { name: 'Lambda function' }).fill('console-door');
    await page.getByRole('option', { name: 'console-doorkeeper' }).click();
    await form.getByLabel('Token source').fill('X-Word');
    await form.getByLabel('Token validation - optional').fill('[a-z]+');
    await form.getByLabel('TTL (seconds)').fill('60');
    await form.getByRole('button', { name: 'Create authorizer' }).click();
    await dialogOf(page, 'Add permission to Lambda function').getByRole('button', { name: 'OK' }).click();
    await seen(page, 'Authorizer doorkeeper was saved.');
    const [authorizer] = await authorizersOf(api.id);
    assert.equal(authorizer!.type, 'TOKEN');
    assert.equal(authorizer!.identitySource, 'method.request.header.X-Word');
    assert.equal(authorizer!.identityValidationExpression, '[a-z]+');
    assert.equal(authorizer!.authorizerResultTtlInSeconds, 60);

    await selectRow(page, 'doorkeeper');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    const tried = dialogOf(page, 'Test authorizer doorkeeper');
    await tried.getByLabel('X-Word').fill('open');
    await tried.getByRole('button', { name: 'Test authorizer' }).click();
    await tried.getByTestId('authorizer-status').getByText('200').waitFor();
    assert.match((await tried.getByRole('region', { name: 'Policy' }).textContent())!, /"Effect": "Allow"/);
    await tried.getByText('visitor', { exact: true }).waitFor();
    await tried.getByLabel('X-Word').fill('OPEN');
    await tried.getByRole('button', { name: 'Test authorizer' }).click();
    await tried.getByTestId('authorizer-status').getByText('401').waitFor();
    await tried.getByRole('button', { name: 'Close', exact: true }).last().click();

    await page.goto(`${gatewright.endpoint}/_/console/rest/${api.id}/resources`);
    await page.getByRole('link', { name: 'GET /door' }).click();
    await choose(page, 'Authorization', /^doorkeeper/);
    await page.getByRole('button', { name: 'Save changes' }).click();
    await seen(page, /^Method request saved/);
    await api.deploy('s');
    const statusFor = async (word: string): Promise<number> =>
      (await fetch(api.url('s', '/door'), { headers: { 'X-Word': word } })).status;
    assert.equal(await statusFor('open'), 200);
    assert.equal(await statusFor('sesame'), 403);
    assert.equal(await statusFor('12'), 401);
  });

  test('[CON-04] a Cognito authorizer is created from a pool of the account, tested with a token, changed and deleted', async (t) => {
    const { gatewright, open } = await console();
    const pools = new CognitoIdentityProviderClient(clientConfig(gatewright.endpoint));
    t.after(() => pools.destroy());
    const { UserPool } = await pools.send(new CreateUserPoolCommand({ PoolName: 'console riders' }));
    const UserPoolId = UserPool!.Id!;
    const { UserPoolClient } = await pools.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'c',
        ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      }),
    );
    await pools.send(new AdminCreateUserCommand({ UserPoolId, Username: 'ana' }));
    const Password = 'Sesame-1234';
    await pools.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: 'ana', Password, Permanent: true }));
    const { AuthenticationResult } = await pools.send(
      new AdminInitiateAuthCommand({
        ...{ UserPoolId, ClientId: UserPoolClient!.ClientId!, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' },
        AuthParameters: { USERNAME: 'ana', PASSWORD: Password },
      }),
    );

    const api = await createApi(gatewright, {});
    const page = await open(t, `/rest/${api.id}/authorizers`);
    await page.getByRole('button', { name: 'Create authorizer' }).click();
    const form = dialogOf(page, 'Create authorizer');
    await form.getByLabel('Authorizer name').fill('riders');
    await form.getByRole('radio', { name: 'Cognito' }).check({ force: true });
    await choose(form, 'Cognito user pools', /^console riders/);
    await page.keyboard.press('Escape');
    await form.getByRole('button', { name: 'Create authorizer' }).click();
    await seen(page, 'Authorizer riders was saved.');
    const [made] = await authorizersOf(api.id);
    assert.deepEqual(made!.providerARNs, [UserPool!.Arn]);

    await selectRow(page, 'riders');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    const tried = dialogOf(page, 'Test authorizer riders');
    await tried.getByLabel('Authorization').fill(AuthenticationResult!.IdToken!);
    await tried.getByRole('button', { name: 'Test authorizer' }).click();
    await tried.getByTestId('authorizer-status').getByText('200').waitFor();
    assert.match((await tried.getByRole('region', { name: 'Claims' }).textContent())!, /"cognito:username": "ana"/);
    await tried.getByRole('button', { name: 'Close', exact: true }).last().click();

    await page.getByRole('button', { name: 'Edit' }).click();
    const edit = dialogOf(page, 'Edit authorizer riders');
    await edit.getByLabel('Token source').fill('X-Token');
    await edit.getByRole('button', { name: 'Save changes' }).click();
    await seen(page, 'Authorizer riders was saved.');
    assert.equal((await authorizersOf(api.id))[0]!.identitySource, 'method.request.header.X-Token');
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialogOf(page, 'Delete authorizer riders?').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No authorizers').waitFor();
    assert.deepEqual(await authorizersOf(api.id), []);
  });
});
