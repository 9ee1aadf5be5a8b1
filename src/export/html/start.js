const app = new App();
app.start().catch((error) => {
  byId("map-note").textContent = `This page cannot be shown: ${error.message}`;
  throw error;
});
