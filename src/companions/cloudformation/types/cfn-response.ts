/** The module `cfn-response`, which code that stands in a template finds beside it: it sends what became of a custom resource. */

const forNode = `const { URL } = require('node:url');
exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';
exports.send = function (event, context, responseStatus, responseData, physicalResourceId, noEcho, reason) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({
      Status: responseStatus,
      Reason: reason || 'See the details in CloudWatch Log Stream: ' + context.logStreamName,
      PhysicalResourceId: physicalResourceId || context.logStreamName,
      StackId: event.StackId,
      RequestId: event.RequestId,
      LogicalResourceId: event.LogicalResourceId,
      NoEcho: noEcho || false,
      Data: responseData,
    });
    const url = new URL(event.ResponseURL);
    const client = url.protocol === 'https:' ? require('node:https') : require('node:http');
    const request = client.request(url, {
      method: 'PUT',
      headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) },
    }, (response) => {
      response.resume();
      response.on('end', () => resolve(context.done ? context.done() : undefined));
    });
    request.on('error', (error) => {
      if (context.done) context.done(error);
      reject(error);
    });
    request.end(body);
  });
};
`;

const forPython = `import json
import urllib.request

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    body = json.dumps({
        "Status": responseStatus,
        "Reason": reason or "See the details in CloudWatch Log Stream: {}".format(context.log_stream_name),
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    }).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT", headers={"content-type": ""})
    urllib.request.urlopen(request).read()
`;

/** The files to put beside a source; none where it does not ask for the module. */
export function inlineModule(isPython: boolean, source: string): Record<string, string> {
  if (isPython) return /\bcfnresponse\b/.test(source) ? { 'cfnresponse.py': forPython } : {};
  return /cfn-response/.test(source) ? { 'node_modules/cfn-response/index.js': forNode } : {};
}
