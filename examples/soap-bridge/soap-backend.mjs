// A small SOAP 1.1 service, as many companies still have one: GetPrice tells what a number of pieces costs.
// `node soap-backend.mjs 8099` listens on that port; the test imports createSoapBackend instead.
import { createServer } from 'node:http';

const cents = { 'bolt & nut': 12, 'wheel "27"': 4_990, lamp: 1_550 };

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const unescaped = (text) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');

function textOf(xml, element) {
  const found = new RegExp(`<(?:\\w+:)?${element}>([^<]*)</`).exec(xml)?.[1];
  return found === undefined ? undefined : unescaped(found);
}

function envelope(body) {
  return `<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
  <soap:Body>
    ${body}
  </soap:Body>
</soap:Envelope>`;
}

function fault(code, text) {
  const body = `<soap:Fault><faultcode>soap:${code}</faultcode><faultstring>${escaped(text)}</faultstring></soap:Fault>`;
  return { status: 500, xml: envelope(body) };
}

/** What the service answers to one request: `{ status, xml }`. */
function answer({ method, headers }, xml) {
  if (method !== 'POST' || !/^text\/xml\b/.test(headers['content-type'] ?? '')) {
    return fault('Client', 'SOAP 1.1 is spoken here: POST with text/xml');
  }
  if (headers.soapaction !== '"urn:prices#GetPrice"') return fault('Client', `No operation ${headers.soapaction}`);
  const item = textOf(xml, 'item');
  const pieces = Number(textOf(xml, 'pieces'));
  if (item === undefined || !Number.isInteger(pieces) || pieces < 1) return fault('Server', 'The request is malformed');
  if (!Object.hasOwn(cents, item)) return fault('Client', `There is no item <${item}>`);
  const total = ((cents[item] * pieces) / 100).toFixed(2);
  const body = `<p:GetPriceResponse xmlns:p="urn:prices"><p:item>${escaped(item)}</p:item><p:pieces>${pieces}</p:pieces><p:total currency="EUR">${total}</p:total></p:GetPriceResponse>`;
  return { status: 200, xml: envelope(body) };
}

/** An http.Server that is not listening yet. */
export function createSoapBackend() {
  return createServer((request, response) => {
    let xml = '';
    request.setEncoding('utf8');
    request.on('data', (piece) => {
      xml += piece;
    });
    request.on('end', () => {
      const { status, xml: answered } = answer(request, xml);
      response.writeHead(status, { 'Content-Type': 'text/xml; charset=utf-8' }).end(answered);
    });
  });
}

if (import.meta.main) {
  const port = Number(process.argv[2] ?? 8099);
  createSoapBackend().listen(port, '127.0.0.1', () => console.log(`SOAP service on http://127.0.0.1:${port}/prices`));
}
