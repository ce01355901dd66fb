/**
 * Node's own HTTP module, without an import of it: an import reads every export, and three of them (`WebSocket` among them) bring all of Node's fetch along, which is 16 MB of memory and
 * some milliseconds of every start for something nobody here uses.
 */
export const nodeHttp = process.getBuiltinModule('node:http');
