import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { AuthorizedCall } from '../../wire/endpoint.ts';
import { domainActions } from './domain-actions.ts';

const arn = 'arn:aws:apigateway:eu-west-1:123456789012:';
const publicArn = 'arn:aws:apigateway:eu-west-1::';

/** What IAM is asked, as `action resource`. */
function asked(operation: string, method: string, path: string, input: Record<string, unknown> = {}): string[] {
  const call = { account: '123456789012', region: 'eu-west-1' };
  const made = { service: 'apigateway', operation, input, request: { method }, call } as unknown as AuthorizedCall;
  const actions = domainActions(made, path);
  assert.ok(actions !== undefined, `${path} is about domains`);
  return actions.map(({ action, resource }) => `${action.replace('apigateway:', '')} ${resource}`);
}

test('[CP-23] a call about a domain is its verb on the domain, in the letters the domain is kept by', () => {
  assert.deepEqual(asked('GetDomainNames', 'GET', '/domainnames'), [`GET ${publicArn}/domainnames`]);
  assert.deepEqual(asked('GetDomainName', 'GET', '/domainnames/API.Example.com'), [
    `GET ${publicArn}/domainnames/api.example.com`,
  ]);
  assert.deepEqual(asked('CreateBasePathMapping', 'POST', '/domainnames/a.example.com/basepathmappings'), [
    `POST ${publicArn}/domainnames/a.example.com/basepathmappings`,
  ]);
});

test('[CP-23] what belongs to a private domain is named with its owner and its id', () => {
  const input = { domainNameId: 'abc123' };
  assert.deepEqual(asked('GetBasePathMappings', 'GET', '/domainnames/A.example.com/basepathmappings', input), [
    `GET ${arn}/domainnames/a.example.com+abc123/basepathmappings`,
  ]);
});

test('[CP-23] mutual TLS asks for one action more, another one when it is taken away', () => {
  const domain = '/domainnames/a.example.com';
  const actionsOf = (operation: string, method: string, input: Record<string, unknown>): string[] =>
    asked(operation, method, domain, input).map((each) => each.split(' ')[0]!);
  const uri = 's3://bucket/trust.pem';
  assert.deepEqual(actionsOf('CreateDomainName', 'POST', { mutualTlsAuthentication: { truststoreUri: uri } }), [
    ...['POST', 'AddCertificateToDomain'],
  ]);
  assert.deepEqual(actionsOf('UpdateDomainName', 'PATCH', { MutualTlsAuthentication: { TruststoreUri: '' } }), [
    ...['PATCH', 'RemoveCertificateFromDomain'],
  ]);
  const patch = (op: string, value?: string) => ({
    patchOperations: [{ op, path: '/mutualTlsAuthentication/truststoreUri', ...(value !== undefined && { value }) }],
  });
  assert.deepEqual(actionsOf('UpdateDomainName', 'PATCH', patch('replace', uri)), ['PATCH', 'AddCertificateToDomain']);
  for (const gone of [patch('remove'), patch('replace', '')]) {
    assert.deepEqual(actionsOf('UpdateDomainName', 'PATCH', gone), ['PATCH', 'RemoveCertificateFromDomain']);
  }
});

test('[CP-23] a domain’s two policies ask for actions of their own, with and without the slash of a path', () => {
  for (const slash of ['/', '']) {
    const patchOperations = [
      { op: 'replace', path: `${slash}policy`, value: '{}' },
      { op: 'replace', path: `${slash}managementPolicy`, value: '{}' },
      { op: 'replace', path: `${slash}securityPolicy`, value: 'TLS_1_2' },
    ];
    assert.deepEqual(
      asked('UpdateDomainName', 'PATCH', '/domainnames/a.example.com', { patchOperations }),
      ['PATCH', 'UpdateDomainNamePolicy', 'UpdateDomainNameManagementPolicy'].map(
        (action) => `${action} ${publicArn}/domainnames/a.example.com`,
      ),
    );
  }
  assert.deepEqual(
    asked('CreateDomainName', 'POST', '/domainnames', { policy: '{}' }).map((each) => each.split(' ')[0]),
    ['POST', 'UpdateDomainNamePolicy'],
  );
});

test('[CP-23] routing rules have actions named for them', () => {
  const rules = '/domainnames/A.example.com/routingrules';
  assert.deepEqual(asked('CreateRoutingRule', 'POST', rules), [
    `CreateRoutingRule ${arn}/domainnames/a.example.com/routingrules`,
  ]);
  assert.deepEqual(asked('PutRoutingRule', 'PUT', `${rules}/r1`, { DomainNameId: 'abc123' }), [
    `UpdateRoutingRule ${arn}/domainnames/a.example.com+abc123/routingrules/r1`,
  ]);
});

test('[CP-23] an access association is asked of the association and of the domain, whose name no other case slips by', () => {
  const domainNameArn = 'arn:aws:apigateway:eu-west-1:999999999999:/domainnames/A.Example.com+abc123';
  const stored = domainNameArn.toLowerCase();
  assert.deepEqual(
    asked('CreateDomainNameAccessAssociation', 'POST', '/domainnameaccessassociations', { domainNameArn }),
    [`POST ${arn}/domainnameaccessassociations`, `CreateAccessAssociation ${stored}`],
  );
  assert.deepEqual(
    asked('RejectDomainNameAccessAssociation', 'POST', '/rejectdomainnameaccessassociations', { domainNameArn }),
    [`POST ${arn}/rejectdomainnameaccessassociations`, `RejectAccessAssociation ${stored}`],
  );
  const association = `${arn}/domainnameaccessassociations/domainname/A.example.com+abc123/vpcesource/vpce-1`;
  assert.deepEqual(
    asked('DeleteDomainNameAccessAssociation', 'DELETE', `/domainnameaccessassociations/${association}`),
    [`DELETE ${association.replace('A.example', 'a.example')}`],
  );
});

test('calls about anything else are none of its business', () => {
  const made = { input: {}, request: { method: 'GET' }, call: {} } as unknown as AuthorizedCall;
  for (const path of ['/restapis', '/domainnamesx', '/apis/a/domainnames']) {
    assert.equal(domainActions(made, path), undefined, path);
  }
});
