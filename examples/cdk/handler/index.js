exports.handler = async (event) => ({
  statusCode: 200,
  body: `${process.env.GREETING} ${event.rawPath ?? event.path ?? event.body}`,
});
