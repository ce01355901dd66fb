/**
 * The function behind POST /ride of the sample: sends the unicorn that can be there first.
 * It answers a REST API's Lambda proxy integration, so the status and the CORS header are its own business.
 */
import { randomUUID } from 'node:crypto';

const fleet = [
  { Name: 'Aurora', Color: 'Silver', Gender: 'Female', stable: { Latitude: 47.62, Longitude: -122.33 } },
  { Name: 'Bramble', Color: 'Chestnut', Gender: 'Male', stable: { Latitude: 40.71, Longitude: -74.01 } },
  { Name: 'Cirrus', Color: 'White', Gender: 'Female', stable: { Latitude: 51.51, Longitude: -0.13 } },
];

const unicornKmPerMinute = 8;

export async function handler(event, context) {
  const ride = rideRequest(event.body);
  if (ride.error !== undefined) return answer(400, { Error: ride.error, Reference: context.awsRequestId });

  const { unicorn, km } = nearestUnicorn(ride.pickup);
  const minutes = Math.max(1, Math.ceil(km / unicornKmPerMinute));
  const rideId = randomUUID();
  const rider = event.requestContext?.authorizer?.claims?.['cognito:username'];
  console.log(`${unicorn.Name} flies ${Math.round(km)} km${rider === undefined ? '' : ` to ${rider}`}`);
  if (process.env.RIDES_TABLE !== undefined) await record(rideId, rider, unicorn);
  return answer(201, {
    RideId: rideId,
    Unicorn: { Name: unicorn.Name, Color: unicorn.Color, Gender: unicorn.Gender },
    Eta: `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`,
  });
}

/** A row for each ride. The SDK is loaded only where there is a table. */
async function record(rideId, rider, unicorn) {
  const { DynamoDBClient, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
  const table = new DynamoDBClient({ endpoint: process.env.DYNAMODB_ENDPOINT });
  const Item = { RideId: { S: rideId }, User: { S: rider ?? 'anybody' }, UnicornName: { S: unicorn.Name } };
  await table.send(new PutItemCommand({ TableName: process.env.RIDES_TABLE, Item }));
}

function rideRequest(body) {
  let parsed;
  try {
    parsed = JSON.parse(body ?? '');
  } catch {
    return { error: 'The body is not JSON' };
  }
  const pickup = parsed?.PickupLocation;
  const isPlace = Number.isFinite(pickup?.Latitude) && Number.isFinite(pickup?.Longitude);
  return isPlace ? { pickup } : { error: 'PickupLocation needs the numbers Latitude and Longitude' };
}

function nearestUnicorn(pickup) {
  return fleet
    .map((unicorn) => ({ unicorn, km: distanceKm(unicorn.stable, pickup) }))
    .reduce((best, next) => (next.km < best.km ? next : best));
}

/** Great-circle distance (haversine) on a sphere of 6,371 km radius. */
function distanceKm(a, b) {
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const dLat = radians(b.Latitude - a.Latitude);
  const dLon = radians(b.Longitude - a.Longitude);
  const h =
    Math.sin(dLat / 2) ** 2 + Math.cos(radians(a.Latitude)) * Math.cos(radians(b.Latitude)) * Math.sin(dLon / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(h)));
}

function answer(statusCode, body) {
  return { statusCode, headers: { 'Access-Control-Allow-Origin': '*' }, body: JSON.stringify(body) };
}
