/** A custom domain name with base paths that lead to two APIs. */
import { ACMClient, DeleteCertificateCommand, RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  CreateBasePathMappingCommand,
  CreateDomainNameCommand,
  DeleteBasePathMappingCommand,
  DeleteDomainNameCommand,
} from '@aws-sdk/client-api-gateway';
import { callByHost } from './by-host.ts';
import type { Tour } from './context.ts';
import { expectAnswer } from './expect.ts';
import { mock, restApi } from './rest-api.ts';

export async function domain(tour: Tour): Promise<string> {
  const { apigateway } = tour;
  const domainName = `tour-${tour.run}.example.com`;
  const acm = new ACMClient(tour.client);
  tour.afterwards(() => acm.destroy());
  const { CertificateArn } = await acm.send(new RequestCertificateCommand({ DomainName: domainName }));
  tour.afterwards(() => acm.send(new DeleteCertificateCommand({ CertificateArn })));
  await apigateway.send(
    new CreateDomainNameCommand({
      domainName,
      regionalCertificateArn: CertificateArn,
      endpointConfiguration: { types: ['REGIONAL'] },
      securityPolicy: 'TLS_1_2',
    }),
  );
  tour.afterwards(() => apigateway.send(new DeleteDomainNameCommand({ domainName })));
  for (const basePath of ['pets', 'toys']) {
    const api = await restApi(tour, { 'GET /list': mock(`all ${basePath}`) });
    await api.deploy();
    const mapping = { domainName, basePath };
    await apigateway.send(new CreateBasePathMappingCommand({ ...mapping, restApiId: api.id, stage: 'prod' }));
    tour.afterwards(() => apigateway.send(new DeleteBasePathMappingCommand(mapping)));
    const answer = await callByHost(tour.endpoint, domainName, `/${basePath}/list`);
    expectAnswer(`/${basePath}/list of ${domainName}`, answer, 200, `all ${basePath}`);
  }
  const nowhere = await callByHost(tour.endpoint, domainName, '/cars/list');
  expectAnswer(`A base path that ${domainName} does not have`, nowhere, 403, '{"message":"Forbidden"}');
  return `${domainName}/pets and /toys led to two APIs, /cars to none`;
}
