"""Runs a Python function: loads its handler, then takes events from the Lambda Runtime API one by one."""
import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback

API = '/2018-06-01/runtime/'
connection = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
os.environ.pop('AWS_LAMBDA_RUNTIME', None)


def call(method, path, body=None, headers=None):
    """One request; a connection that is gone means the service is, and with it the reason to live."""
    try:
        connection.request(method, API + path, body, headers or {})
        response = connection.getresponse()
        return response.headers, response.read()
    except (http.client.HTTPException, OSError):
        os._exit(0)


class Identity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class ClientContext:
    """The mobile SDK's client context, as attributes."""

    class Client:
        def __init__(self, values):
            for name in ('installation_id', 'app_title', 'app_version_name', 'app_version_code', 'app_package_name'):
                setattr(self, name, values.get(name))

    def __init__(self, values):
        self.custom = values.get('custom')
        self.env = values.get('env')
        self.client = ClientContext.Client(values['client']) if values.get('client') else None


class Context:
    """The second argument of every handler."""

    def __init__(self, headers):
        self.aws_request_id = headers['Lambda-Runtime-Aws-Request-Id']
        self.invoked_function_arn = headers['Lambda-Runtime-Invoked-Function-Arn']
        self.function_name = os.environ['AWS_LAMBDA_FUNCTION_NAME']
        self.function_version = os.environ['AWS_LAMBDA_FUNCTION_VERSION']
        self.memory_limit_in_mb = os.environ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']
        self.log_group_name = os.environ['AWS_LAMBDA_LOG_GROUP_NAME']
        self.log_stream_name = os.environ['AWS_LAMBDA_LOG_STREAM_NAME']
        self.identity = Identity()
        client_context = headers.get('Lambda-Runtime-Client-Context')
        self.client_context = ClientContext(json.loads(client_context)) if client_context else None
        self._deadline_ms = int(headers['Lambda-Runtime-Deadline-Ms'])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class RequestIdFilter(logging.Filter):
    """Gives every log record the id of the invocation under way."""

    request_id = ''

    def filter(self, record):
        record.aws_request_id = RequestIdFilter.request_id
        return True


def set_up_logging():
    handler = logging.StreamHandler(sys.stdout)
    formatter = logging.Formatter(
        '[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(aws_request_id)s\t%(message)s', '%Y-%m-%dT%H:%M:%S'
    )
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)


class LoadFailure(Exception):
    def __init__(self, error_type, message):
        super().__init__(message)
        self.error_type = error_type


def load_handler(name):
    module_name, dot, function_name = name.rpartition('.')
    if not dot:
        raise LoadFailure('Runtime.MalformedHandlerName', "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name)
    try:
        module = importlib.import_module(module_name.replace('/', '.'))
    except ImportError as error:
        raise LoadFailure('Runtime.ImportModuleError', "Unable to import module '%s': %s" % (module_name, error)) from error
    except SyntaxError as error:
        message = "Syntax error in module '%s': %s" % (module_name, error)
        raise LoadFailure('Runtime.UserCodeSyntaxError', message) from error
    if not hasattr(module, function_name):
        raise LoadFailure('Runtime.HandlerNotFound', "Handler '%s' missing on module '%s'" % (function_name, module_name))
    return getattr(module, function_name)


def error_shape(error, request_id=''):
    """AWS's JSON of an exception; the frames of this file are left out."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename != __file__ and 'importlib' not in frame.filename]
    return {
        'errorMessage': str(error),
        'errorType': getattr(error, 'error_type', type(error).__name__),
        'requestId': request_id,
        'stackTrace': traceback.format_list(own),
    }


def log_error(shape):
    lines = '\n'.join(line.rstrip('\n') for line in shape['stackTrace'])
    text = '[ERROR] %s: %s' % (shape['errorType'], shape['errorMessage'])
    if lines:
        text += '\nTraceback (most recent call last):\n' + lines
    # One event in the log: line ends inside it would make several.
    sys.stdout.write(text.replace('\n', '\r') + '\n')
    sys.stdout.flush()


def report(path, shape):
    log_error(shape)
    call('POST', path, json.dumps(shape), {'Lambda-Runtime-Function-Error-Type': shape['errorType']})


def invoke(handler, headers, body):
    request_id = headers['Lambda-Runtime-Aws-Request-Id']
    RequestIdFilter.request_id = request_id
    trace_id = headers.get('Lambda-Runtime-Trace-Id')
    if trace_id:
        os.environ['_X_AMZN_TRACE_ID'] = trace_id
    else:
        os.environ.pop('_X_AMZN_TRACE_ID', None)
    try:
        result = handler(json.loads(body), Context(headers))
        try:
            answer = json.dumps(result, ensure_ascii=False).encode('utf-8', 'surrogatepass')
        except (TypeError, ValueError) as error:
            failure = LoadFailure('Runtime.MarshalError', 'Unable to marshal response: %s' % error)
            answer = None
            shape = error_shape(failure, request_id)
    except SystemExit:
        raise
    except BaseException as error:  # Whatever a handler raises is its answer.
        answer = None
        shape = error_shape(error, request_id)
    sys.stdout.flush()
    sys.stderr.flush()
    if answer is None:
        report('invocation/%s/error' % request_id, shape)
    else:
        call('POST', 'invocation/%s/response' % request_id, answer, {'Content-Type': 'application/json'})


def main():
    sys.path.insert(0, os.environ['LAMBDA_TASK_ROOT'])
    set_up_logging()
    try:
        handler = load_handler(os.environ['_HANDLER'])
    except Exception as error:
        report('init/error', error_shape(error))
        sys.exit(1)
    while True:
        headers, body = call('GET', 'invocation/next')
        invoke(handler, headers, body)


main()
