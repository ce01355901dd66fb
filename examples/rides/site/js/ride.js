/** The page: signs in at the user pool in config.js, shows the token, and sends it along with POST /ride to another origin. */
const { CognitoUserPool, CognitoUser, AuthenticationDetails } = window.AmazonCognitoIdentity;
const { cognito, api } = window._config;
// Without an endpoint the library would ask AWS.
const { userPoolId: UserPoolId, userPoolClientId: ClientId, endpoint } = cognito;
const pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint });

const show = (id, text) => {
  document.getElementById(id).textContent = text;
};
const tokenField = document.getElementById('token');

function signedIn(username, session) {
  tokenField.value = session.getIdToken().getJwtToken();
  show('who', `${username} is signed in.`);
}

// Whoever was signed in before the page was loaded again still is.
const earlier = pool.getCurrentUser();
earlier?.getSession((error, session) => {
  if (!error && session.isValid()) signedIn(earlier.getUsername(), session);
});

document.getElementById('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  const { username, password } = Object.fromEntries(new FormData(event.target));
  const user = new CognitoUser({ Username: username, Pool: pool });
  user.authenticateUser(new AuthenticationDetails({ Username: username, Password: password }), {
    onSuccess: (session) => signedIn(username, session),
    onFailure: (error) => show('who', error.message),
  });
});

document.getElementById('ask').addEventListener('click', async () => {
  show('answer', '');
  if (!api.invokeUrl) {
    show('answer', 'js/config.js names no API yet: set api.invokeUrl.');
    return;
  }
  try {
    const reply = await fetch(`${api.invokeUrl}/ride`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(tokenField.value && { Authorization: tokenField.value }) },
      body: JSON.stringify({ PickupLocation: { Latitude: 47.61, Longitude: -122.33 } }),
    });
    const body = await reply.json();
    show('answer', reply.ok ? `${body.Unicorn.Name} is on the way: ${body.Eta}` : `${reply.status} ${body.message}`);
  } catch (error) {
    show('answer', String(error));
  }
});
