package io.kerbwatch.server.dust;

import java.util.List;

/**
 * A limit that an authority has published, to make a rule from. Which one holds at a place is for its people to say: a limit
 * of another province binds nobody here.
 *
 * @param basis the document, as cited by a third party; its text was not at hand
 */
record Preset(
        String name,
        String factor,
        int minutes,
        boolean aboveBackground,
        double raiseAt,
        double clearAt,
        int allowed,
        String basis) {
    private static final String SECOND_HAND = " (as cited by a third party; check the text before you rely on it)";

    /** Those that are known, by place. None is known for Guangdong or Shenzhen. */
    static final List<Preset> ALL = List.of(
            new Preset(
                    "Hebei PM10",
                    "pm10",
                    60,
                    true,
                    80,
                    60,
                    2,
                    "DB13/2934-2019, Hebei: PM10 80 ug/m3 above the county's hourly mean, at most 2 a day"
                            + SECOND_HAND),
            new Preset(
                    "Liaoning TSP, urban",
                    "tsp",
                    5,
                    false,
                    800,
                    600,
                    0,
                    "DB21/2642-2016, Liaoning: TSP 0.8 mg/m3, mean of 5 min, urban" + SECOND_HAND),
            new Preset(
                    "Liaoning TSP, rural",
                    "tsp",
                    5,
                    false,
                    1000,
                    750,
                    0,
                    "DB21/2642-2016, Liaoning: TSP 1.0 mg/m3, mean of 5 min, rural" + SECOND_HAND),
            new Preset(
                    "Shaanxi TSP, earthworks",
                    "tsp",
                    60,
                    false,
                    800,
                    600,
                    0,
                    "DB61/1078-2017, Shaanxi: TSP 0.8 mg/m3, hourly mean" + SECOND_HAND),
            new Preset(
                    "Shaanxi TSP, building",
                    "tsp",
                    60,
                    false,
                    700,
                    525,
                    0,
                    "DB61/1078-2017, Shaanxi: TSP 0.7 mg/m3, hourly mean" + SECOND_HAND));
}
