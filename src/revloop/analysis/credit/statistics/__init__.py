"""Attribution from journeys: counts of steps in, effects and credits out."""
